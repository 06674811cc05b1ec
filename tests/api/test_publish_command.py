"""`belvedere publish`: by itself, through a running server, and what it says."""

import json
import os
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.jobs.publishing import publish_arguments
from api.jobs.records import JobKind
from api.workspaces.service import find_workspace
from tests.api.serving import MAPPING, Served, wait_until, write_tickets
from warehouse import Target


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a data directory with a few tickets in it."""
    for name in list(os.environ):
        if name.startswith("BELVEDERE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BELVEDERE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    write_tickets(tmp_path / "tickets.csv", 40, 3)
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    assert _run("import", "tickets.csv", "--as", "tickets", "--client", "Acme", "--mapping", "map.yaml")[0] == 0
    return tmp_path


def _run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_writes_the_tables_and_prints_how_to_load_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELVEDERE_BIGQUERY_PROJECT", "acme-billing")
    monkeypatch.setenv("BELVEDERE_BIGQUERY_DATASET", "acme-data.reports")
    status, out, err = _run("publish")
    assert status == 0
    folder = Path(out.splitlines()[-1].split(" to ")[1].removesuffix("."))
    assert folder.parent == home / "data/exports/main"
    assert any(line.split()[:2] == ["ticket", "40"] for line in out.splitlines())
    commands = [shlex.split(line) for line in err.splitlines() if line.startswith("  bq ")]
    assert len(commands) == len(list(folder.glob("*.parquet")))
    assert {"--project_id=acme-data", "reports.ticket"} <= set(next(one for one in commands if "ticket.parquet" in one))


def test_json_is_one_document(home: Path) -> None:
    document = json.loads(_run("publish", "--json", "--bucket", "gs://acme-files/")[1])
    assert document["data_version"] == int(Path(document["folder"]).name[1:])
    assert {"table": "ticket", "rows": 40}.items() <= next(
        one for one in document["tables"] if one["table"] == "ticket"
    ).items()
    assert document["commands"][0].startswith("gcloud storage cp ")
    assert "gs://acme-files/main/" in document["commands"][1]
    assert json.loads(_run("publish", "--json")[1])["is_new"] is False


@pytest.mark.parametrize(
    ("words", "told"), [(("--workspace", "nobody"), "nobody"), (("--bucket", "No Bucket"), "No Bucket")]
)
def test_what_cannot_be_is_one_line(home: Path, words: tuple[str, ...], told: str) -> None:
    status, out, err = _run("publish", *words)
    assert (status, out) == (1, "")
    assert told in err.splitlines()[-1]
    assert not (home / "data/exports/main").exists()


def test_a_running_server_does_it_as_a_job(served: Served) -> None:
    world = served.world
    workspace = find_workspace(world.metadata, "other")  # where no other test leaves work behind
    job_id = world.runner.enqueue(workspace, JobKind.PUBLISH, publish_arguments(Target()))
    # A workspace does one thing at a time, and something else may be running.
    wait_until(lambda: world.runner.get(job_id).finished, seconds=60)
    job = world.runner.get(job_id)
    assert job.error is None
    assert job.result is not None
    assert (Path(str(job.result["folder"])) / "load_plan.json").is_file()
