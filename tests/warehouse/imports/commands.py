"""Runs the command `belvedere` as a person does, on a data directory of its own."""

import json
import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

from typer.testing import CliRunner

from api.cli import app

BELVEDERE = """
import resource
limit = {limit}
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from api.cli import main
main()
"""
MAPPING = """entity: tickets
source: desk
columns:
  source_id: id
  created_at: created
  category: topic
"""


class Home:
    """A folder with a data directory, a mapping and the files to import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.file = self.data / "workspaces" / "main.duckdb"
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
        root = str(Path(__file__).parents[3])
        self.environment = {**kept, "BELVEDERE_DATA_DIR": str(self.data), "PYTHONPATH": root, "COLUMNS": "200"}

    def start(self, *words: str, largest_file: int = 0) -> "subprocess.Popen[str]":
        """Start a command; `largest_file` makes every longer file fail as a full disk does."""
        command = [sys.executable, "-c", BELVEDERE.format(limit=largest_file), *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run a command in this process, which is faster; return exit status, standard output and standard error."""
        with chdir(self.folder):
            result = CliRunner().invoke(app, list(words), env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    def load(self, file: str, *words: str, client: str = "Acme") -> tuple[int, str]:
        """Import a file; return exit status and the last line of standard output."""
        named = ("import", file, "--as", "tickets", "--client", client, "--mapping", "map.yaml")
        status, out, _ = self.run(*named, *words)
        return status, out.strip().splitlines()[-1] if out.strip() else ""

    def load_json(self, file: str, *words: str) -> tuple[int, dict[str, object]]:
        """Import a file with --json; return exit status and the one document."""
        status, out, _ = self.run(
            "import", file, "--as", "tickets", "--client", "Acme", "--mapping", "map.yaml", "--json", *words
        )
        document: dict[str, object] = json.loads(out)
        return status, document
