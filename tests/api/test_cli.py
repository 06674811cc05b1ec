"""The command line: quick commands in this process, the long-running ones as real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.api.serving import MAPPING, Served, wait_until, write_tickets
from tests.demo_data import DemoData
from tests.plain_http import answers

BELVEDERE = [sys.executable, "-c", "from api.cli import main; main()"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a fresh data directory and a file with its mapping."""
    for name in list(os.environ):
        if name.startswith("BELVEDERE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BELVEDERE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    write_tickets(tmp_path / "tickets.csv", 40, 3)
    (tmp_path / "map.yaml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str, str]:
    """Run a command in this process; give its status, output and errors."""
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def load(*words: str) -> tuple[int, str, str]:
    return run("import", "tickets.csv", "--as", "tickets", "--client", "Acme Ltd", "--mapping", "map.yaml", *words)


class TestImport:
    def test_loads_and_says_how_many(self, home: Path) -> None:
        status, out, _ = load()
        *_, hint, last = out.splitlines()
        assert status == 0
        link = "http://127.0.0.1:8000/?client=acme-ltd&from=2025-01-01&to=2025-01-12"
        assert hint == f"See it: belvedere serve, then open {link}"
        assert last == (
            'Loaded 40 rows into client account "Acme Ltd" (acme-ltd): 40 new, 0 changed, 0 unchanged; '
            "0 rows and 0 cells in quarantine."
        )

    def test_the_same_file_twice_changes_nothing(self, home: Path) -> None:
        load()
        status, out, _ = load()
        assert status == 0
        assert "0 new, 0 changed, 40 unchanged;" in out.splitlines()[-1]

    def test_bad_cells_and_rows_go_to_quarantine_with_status_3(self, home: Path) -> None:
        text = (home / "tickets.csv").read_text(encoding="utf-8").splitlines()
        text[3] = text[3].replace("2025-01-01", "2025-02-31", 1)
        text[5] = "," + text[5].split(",", 1)[1]
        (home / "tickets.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
        status, out, _ = load()
        assert status == 3
        assert "line 4, column created_at: '2025-02-31" in out
        assert re.search(r"Loaded 38 rows .* 2 rows and 0 cells in quarantine\.$", out.splitlines()[-1])

    def test_nothing_loaded_is_status_1_and_leaves_no_client_behind(self, home: Path) -> None:
        (home / "tickets.csv").write_text("id,created,solved,channel,category,city,escalated\n", encoding="utf-8")
        status, out, err = load()
        assert status == 1
        assert "Traceback" not in out + err
        assert run("key", "create", "--name", "k", "--client", "acme-ltd")[0] == 1

    def test_a_missing_file_is_one_line(self, home: Path) -> None:
        (home / "tickets.csv").unlink()
        status, out, err = load()
        assert (status, out) == (1, "")
        assert err.splitlines()[-1].startswith("belvedere: ")
        assert "tickets.csv" in err

    @pytest.mark.parametrize("text", ["entity: [", "entity: ticket\n", "entity: ticket\ncolumns: {nonsense: id}\n"])
    def test_a_wrong_mapping_is_told_and_nothing_loads(self, home: Path, text: str) -> None:
        (home / "map.yaml").write_text(text, encoding="utf-8")
        status, _, err = load()
        assert status == 1
        assert "belvedere: " in err
        assert "Traceback" not in err

    def test_a_mapping_for_other_rows_is_refused(self, home: Path) -> None:
        assert run("import", "tickets.csv", "--as", "invoices", "--client", "A", "--mapping", "map.yaml")[0] == 1

    def test_no_client_is_a_usage_error(self, home: Path) -> None:
        assert run("import", "tickets.csv", "--as", "tickets", "--mapping", "map.yaml")[0] == 2
        assert run("import", "tickets.csv")[0] == 2

    def test_dry_run_tells_and_changes_nothing(self, home: Path) -> None:
        status, out, _ = load("--dry-run")
        assert status == 0
        assert "created_at <- created (instant): 40 filled" in out
        assert out.splitlines()[-1].startswith("Nothing was changed. Would load 40 rows")
        assert "40 new" in load()[1]

    def test_without_a_mapping_one_is_proposed_and_nothing_loads(self, home: Path) -> None:
        status, out, _ = run("import", "tickets.csv", "--as", "tickets", "--client", "Acme Ltd")
        proposed = home / "tickets.mapping.yaml"
        assert status == 0
        assert proposed.is_file()
        assert out.splitlines()[-1].strip() == (
            "belvedere import tickets.csv --as tickets --client 'Acme Ltd' --mapping tickets.mapping.yaml"
        )
        assert not (home / "data").exists()
        # A mapping that a person has worked on is never written over.
        proposed.write_text("entity: ticket\n", encoding="utf-8")
        assert run("import", "tickets.csv", "--as", "tickets")[0] == 1
        assert proposed.read_text(encoding="utf-8") == "entity: ticket\n"
        assert run("import", "tickets.csv", "--as", "tickets", "--write-mapping", "other.yaml")[0] == 0

    def test_mode_key_and_source_win_over_the_mapping(self, home: Path) -> None:
        load()
        write_tickets(home / "tickets.csv", 10, 3)
        status, out, _ = load("--mode", "replace", "--key", "id")
        assert status == 0
        assert ", 30 removed;" in out.splitlines()[-1]

    def test_json_is_one_document(self, home: Path) -> None:
        document = json.loads(load("--json")[1])
        assert document["report"]["rows_new"] == 40
        assert document["client"] == {"slug": "acme-ltd", "name": "Acme Ltd", "created": True}
        assert document["report"]["exit_status"] == 0
        (home / "tickets.csv").unlink()
        assert json.loads(load("--json")[1])["error"]["message"]

    def test_names_in_any_script_become_slugs(self, home: Path) -> None:
        words = ("import", "tickets.csv", "--as", "tickets", "--mapping", "map.yaml", "--json", "--client")
        assert json.loads(run(*words, "Café Ωmega")[1])["client"]["slug"] == "cafe-mega"
        assert re.fullmatch(r"client-[0-9a-f]{8}", json.loads(run(*words, "公司")[1])["client"]["slug"])
        assert json.loads(run(*words, "CAFÉ-mega")[1])["client"]["slug"] == "cafe-mega-2"
        assert json.loads(run(*words, "cafe-mega")[1])["client"]["name"] == "Café Ωmega"


class TestKeys:
    def test_the_key_stands_alone_on_standard_output(self, home: Path) -> None:
        status, out, err = run("key", "create", "--name", "report")
        assert status == 0
        assert re.fullmatch(r"bvk_[A-Za-z0-9_-]{43}\n", out)
        assert "report" in err

    def test_list_never_shows_a_key(self, home: Path) -> None:
        secret = run("key", "create", "--name", "report")[1].strip()
        out = run("key", "list")[1]
        assert "report" in out
        assert secret not in out
        assert secret not in run("key", "list", "--json")[1]

    def test_revoke(self, home: Path) -> None:
        run("key", "create", "--name", "report")
        assert run("key", "revoke", "report")[0] == 0
        assert "revoked" in run("key", "list")[1]
        status, _, err = run("key", "revoke", "report")
        assert status == 1
        assert "no working key 'report'" in err

    def test_several_workspaces_must_be_told_apart(self, home: Path) -> None:
        load("--workspace", "one")
        load("--workspace", "two")
        status, _, err = run("key", "create", "--name", "k")
        assert status == 1
        assert "one, two" in err
        assert run("key", "create", "--name", "k", "--workspace", "two", "--client", "acme-ltd")[0] == 0
        assert run("key", "create", "--name", "k", "--workspace", "three")[0] == 1
        assert run("key", "create", "--name", "k", "--workspace", "two", "--client", "nobody")[0] == 1


class TestSettings:
    def test_where_each_value_comes_from(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BELVEDERE_PORT", "8111")
        monkeypatch.setenv("BELVEDERE_DATABASE_URL", "postgresql://u:rosebud@host/db")
        out = run("settings")[1]
        assert re.search(r"BELVEDERE_PORT +8111 +environment", out)
        assert re.search(r"BELVEDERE_HOST +127\.0\.0\.1 +default", out)
        assert "rosebud" not in out
        assert "rosebud" not in run("settings", "--json")[1]
        rows = {row["name"]: row for row in json.loads(run("settings", "--json")[1])["settings"]}
        assert rows["BELVEDERE_DATABASE_URL"]["value"] == "(hidden)"

    def test_a_wrong_value_is_one_line(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in (
            ("PORT", "many"),
            ("PUBLIC_URL", "example.org"),
            ("LOG_LEVEL", "loud"),
            ("RATE_BURST", "5"),
        ):
            monkeypatch.setenv(f"BELVEDERE_{name}", value)
            status, _, err = run("settings")
            assert status == 1
            assert err.startswith(f"belvedere: BELVEDERE_{name} is wrong: ")
            assert len(err.splitlines()) == 1
            monkeypatch.delenv(f"BELVEDERE_{name}")

    def test_an_empty_value_is_no_value(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BELVEDERE_PORT", "")
        assert run("settings")[0] == 0

    def test_a_data_directory_that_cannot_be_made_is_one_line(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (home / "file").write_text("", encoding="utf-8")
        monkeypatch.setenv("BELVEDERE_DATA_DIR", str(home / "file" / "data"))
        status, _, err = run("key", "list")
        assert status == 1
        assert "Traceback" not in err
        assert "file" in err


class TestCatalog:
    def test_list_check_and_show(self, home: Path) -> None:
        assert "tickets_created" in run("catalog", "list")[1]
        assert "The catalogue is sound" in run("catalog", "check")[1]
        assert json.loads(run("catalog", "check", "--json")[1])["ok"] is True
        assert "SUM(" in run("catalog", "show", "resolution_avg_seconds")[1]
        assert json.loads(run("catalog", "list", "--json")[1])["datasets"]["tickets"]["fields"]
        status, _, err = run("catalog", "show", "tickets_craeted")
        assert status == 1
        assert "tickets_created" in err


class TestConnector:
    def test_export_writes_what_clasp_pushes(self, home: Path) -> None:
        assert run("connector", "export", "out")[0] == 0
        names = {path.name for path in (home / "out").iterdir()}
        assert {"appsscript.json", "auth.js", "config.js", "data.js", "schema.js", "http.js", "errors.js"} <= names
        assert json.loads((home / "out" / "appsscript.json").read_text(encoding="utf-8"))["dataStudio"]
        assert run("connector", "export", "out")[0] == 0
        assert run("connector", "export", "map.yaml")[0] == 1

    def test_link_carries_the_choices(self, home: Path) -> None:
        out = run("connector", "link", "--deployment-id", "AKf-1", "--client", "a", "--client", "b")[1].strip()
        address = httpx2.URL(out)
        assert (address.host, address.path) == ("datastudio.google.com", "/datasources/create")
        assert address.params["connectorId"] == "AKf-1"
        assert json.loads(address.params["connectorConfig"]) == {"client": ["a", "b"], "dataset": "tickets"}
        assert run("connector", "link", "--deployment-id", "x", "--dataset", "tickts")[0] == 1

    def test_check_walks_the_connectors_way(self, served: Served, home: Path) -> None:
        status, out, _ = run("connector", "check", "--address", served.address, "--key", served.key)
        assert status == 0
        assert [line.split()[1].rstrip(":") for line in out.splitlines()] == ["credentials", "config", "schema", "data"]
        status, out, _ = run("connector", "check", "--address", served.address, "--key", "bvk_wrong")
        assert status == 1
        assert "401" in out
        status, out, _ = run("connector", "check", "--address", "http://127.0.0.1:9", "--key", "bvk_x", "--json")
        assert status == 1
        assert json.loads(out)["ok"] is False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(home: Path, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run `serve` or `demo` as a person does, until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [*BELVEDERE, *words, "--port", str(port)], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(address), 60)
        assert process.poll() is None, process.communicate()
        yield address, process
    finally:
        process.kill()
        process.communicate()


def once(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that ends by itself."""
    return subprocess.run([*BELVEDERE, *words], cwd=home, capture_output=True, text=True, timeout=120)


def ask(address: str, key: str, **params: str) -> Any:
    body = {"configParams": {"dataset": "tickets", **params}, "fields": [{"name": "tickets_created"}]}
    answer = httpx2.post(f"{address}/v1/looker/data", json=body, headers={"authorization": f"Bearer {key}"})
    return answer.json()


def killed_import(home: Path) -> None:
    """Begin an import and kill it in the middle, as kill -9 does."""
    process = subprocess.Popen(
        [*BELVEDERE, "import", "tickets.csv", "--as", "tickets", "--client", "Acme Ltd", "--mapping", "map.yaml"],
        cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    process.stderr.readline()  # The first line of progress: the load has begun.
    process.kill()
    process.communicate()


class TestKilledImport:
    def test_run_again_it_ends_with_exactly_the_right_rows(self, home: Path) -> None:
        write_tickets(home / "tickets.csv", 60_000, 3)
        killed_import(home)
        status, out, _ = load()
        assert status == 0
        assert "60,000 new, 0 changed, 0 unchanged" in out.splitlines()[-1]
        assert "60,000 unchanged" in load()[1].splitlines()[-1]


class TestServe:
    def test_import_goes_on_while_it_serves_and_sigterm_ends_it(self, home: Path) -> None:
        key = run("key", "create", "--name", "k")[1].strip()
        with running(home, "serve") as (address, process):
            assert ask(address, key)["error"]["code"] == "workspace_missing"
            status, out, _ = load()
            assert status == 0
            assert f"See it: {address}/?client=acme-ltd" in out
            assert "40 new" in out
            assert ask(address, key)["rows"] == [{"values": [40]}]
            assert load()[1].splitlines()[-1].count("40 unchanged") == 1

            narrow = run("key", "create", "--name", "narrow", "--client", "acme-ltd")[1].strip()
            assert ask(address, narrow, client="acme-ltd")["rows"] == [{"values": [40]}]
            run("key", "revoke", "narrow")
            wait_until(lambda: "error" in ask(address, narrow), 2)

            second = once(home, "serve", "--port", address.rsplit(":", 1)[1])
            assert second.returncode == 1
            assert second.stderr.startswith("belvedere: Another program uses port")
            assert len(second.stderr.splitlines()) == 1
            third = once(home, "serve", "--port", str(free_port()))
            assert third.returncode == 1
            assert "is using the data directory" in third.stderr
            assert "Traceback" not in third.stderr

            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=60)
            assert time.monotonic() - started < 10, "a container that is stopped is killed after ten seconds"
            assert process.returncode == 0
            assert out.startswith(f"Belvedere serves {address}")
            assert "Traceback" not in err
            for line in err.splitlines():
                assert json.loads(line)["event"]
            assert key not in err

    def test_jobs_of_a_killed_server_are_taken_up_by_the_next(self, home: Path) -> None:
        with running(home, "serve") as (_, process):
            process.send_signal(signal.SIGSTOP)
            waiting = subprocess.Popen(
                [*BELVEDERE, "import", "tickets.csv", "--as", "tickets", "--client", "Acme", "--mapping", "map.yaml"],
                cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(timeout=2)
            process.kill()
            # The command finds that nobody owns the data any more, and does the work itself.
            out, err = waiting.communicate(timeout=90)
        assert waiting.returncode == 0, err
        assert "40 new" in out


class TestDemo:
    def test_twice_with_an_import_in_between(self, home: Path, demo_data: DemoData) -> None:
        # The first start has loaded everything and ended well; its data are the ones that all tests share.
        assert demo_data.told["workspace"] == "demo"
        assert re.search(r"[1-9][0-9,]+ new, 0 changed, 0 unchanged; 0 rows and 0 cells in quarantine", demo_data.log)
        assert "Traceback" not in demo_data.log
        assert set(demo_data.told) >= {"address", "workspace", "key"}
        demo_data.copied(home / "data")
        with running(home, "demo", "--no-browser") as (address, process):
            assert process.stdout is not None
            text = ""
            while "Try next" not in text:
                text += process.stdout.readline()
            key = re.findall(r"API key: +(bvk_\S+)", text)[0]
            ((created,),) = [row["values"] for row in ask(address, key)["rows"]]
            assert created > 10_000
            assert "error" in ask(address, demo_data.told["key"]), "each start has a key of its own"
            assert load("--workspace", "demo")[0] == 0
            assert ask(address, key)["rows"] == [{"values": [created + 40]}]
            page = httpx2.get(f"{address}/")
            assert page.status_code == 200
            assert "belvedere_session" in page.headers["set-cookie"]
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0
            assert "0 new, 0 changed" in err
            assert "Traceback" not in err


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, api.cli; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert not {"duckdb", "fastapi", "sqlalchemy", "pydantic_settings"} & set(done.stdout.split())


def test_commands_start_without_what_only_the_server_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, api.world; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    assert {"fastapi", "authlib", "joserfc", "jinja2", "rich", "alembic"}.isdisjoint(done.stdout.split())
