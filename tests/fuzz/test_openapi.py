"""Every operation of the OpenAPI document, asked by schemathesis with a key that may do everything."""

import re
import subprocess
import sys
from pathlib import Path

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from tests.api.serving import MAPPING, load, serving, write_tickets

EXAMPLES = 4  # of each operation at most
REQUESTS = 300  # at least, of the 20,000
# Events do not end, and a PDF takes seconds; tests of their own have them.
NOT_THESE = "/events|/pdf"


def test_no_operation_fails(tmp_path: Path) -> None:
    """The program runs beside the tests: its plugin for pytest is not made for warnings that are errors."""
    settings = Settings(data_dir=tmp_path / "data", log_level="error", rate_burst=10**9, rate_per_second=10**9)
    mapping = tmp_path / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with open_world(settings) as world:
        load(world, "main", "Acme", write_tickets(tmp_path / "acme.csv", 40, 3), mapping)
        main = find_or_create_workspace(world.metadata, "main")
        key = create_key(world.metadata, main, "everything", admin=True).secret
        with serving(world) as address:
            told = run(f"{address}/openapi.json", key, EXAMPLES, seed=6, folder=tmp_path)
    assert told.returncode == 0, told.stdout[-6_000:] + told.stderr[-2_000:]
    counted = re.search(r"(\d+) generated, (\d+) passed", told.stdout)
    assert counted, told.stdout[-2_000:]
    assert int(counted[1]) == int(counted[2]) >= REQUESTS


def run(address: str, key: str, examples: int, *, seed: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """Ask every operation that often; the answer of the program is 0 unless a server error was found."""
    program = Path(sys.executable).with_name("st")
    checks = ["--checks", "not_a_server_error", "--phases", "fuzzing", "--max-examples", str(examples)]
    how = ["--seed", str(seed), "--generation-database", "none", "--suppress-health-check", "all", "--workers", "1"]
    where = ["--exclude-path-regex", NOT_THESE, "--request-timeout", "30", "--no-color"]
    key_of = ["-H", f"Authorization: Bearer {key}"]
    command = [str(program), "run", address, *key_of, *checks, *how, *where]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, cwd=folder)
