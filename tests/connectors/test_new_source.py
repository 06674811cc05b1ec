"""`make new-source` as a newcomer meets it: in a tree of its own, and what it writes passes the contract at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
KEPT = (
    *("connectors", "schemas", "warehouse", "docs", ".ci", "Makefile", "pyproject.toml"),
    *("tests/connectors", "tests/plain_http.py", "tests/warehouse/empty_workspace.py"),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a new source needs of the project."""
    root = tmp_path_factory.mktemp("project")
    for name in KEPT:
        origin, copy = ROOT / name, root / name
        if origin.is_dir():
            shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(origin, copy)
    return root


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the tree; its own folders come first."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def test_what_it_makes_works_at_once(tree: Path) -> None:
    made = run(tree, "-m", "connectors._template", "acme_desk")
    assert made.returncode == 0, made.stderr
    files = made.stdout.splitlines()[:-1]
    assert set(files) == {
        "connectors/acme_desk/README.md",
        "connectors/acme_desk/__init__.py",
        "connectors/acme_desk/source.py",
        "connectors/acme_desk/staging/ticket.sql",
        "tests/connectors/fakes/acme_desk.py",
        "tests/connectors/test_acme_desk.py",
    }
    for name in files:
        text = (tree / name).read_text()
        assert "template" not in text.lower(), name
    source = (tree / "connectors/acme_desk/source.py").read_text()
    assert "class AcmeDeskSource:" in source
    assert 'label = "Acme Desk"' in source
    assert "https://{config['subdomain']}.acme-desk.example/api/v1" in source
    checked = run(tree, "-m", "ruff", "check", *(name for name in files if name.endswith(".py")))
    assert checked.returncode == 0, checked.stdout
    # The contract over the generated fake: pages, faults, cursors, staging, a real load.
    tested = run(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/connectors/test_acme_desk.py",
        "tests/connectors/test_contract.py", "-k", "acme_desk or AcmeDesk",
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout
    assert "failed" not in tested.stdout


@pytest.mark.parametrize("name", ["Acme", "9lives", "a-b", "a__b", "../x", "template", ""])
def test_a_name_that_is_none_is_refused(tree: Path, name: str) -> None:
    made = run(tree, "-m", "connectors._template", name)
    assert made.returncode == 1
    assert "is no name for a source: use a-z" in made.stderr


def test_what_is_there_stays(tree: Path) -> None:
    assert "connectors/demo is there already" in run(tree, "-m", "connectors._template", "demo").stderr
    assert "make new-source NAME=acme" in run(tree, "-m", "connectors._template").stderr


def test_the_template_itself_is_no_source(tree: Path) -> None:
    found = run(tree, "-c", "from connectors import known_sources; print(known_sources())")
    assert "demo" in found.stdout
    assert "template" not in found.stdout
