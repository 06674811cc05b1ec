"""`belvedere import`: exit status, last line, the one JSON document, and errors in one line."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.commands import Home

GOOD = "id,created,topic\n1,2025-01-01,a\n2,2025-01-02,b\n"
MIXED = "id,created,topic\n1,2025-01-01,a\n2,never,b\n3,2025-01-03\n1,2025-01-04,c\n4,2025-01-04,d\n"
WORDS = ("--as", "tickets", "--client", "Acme", "--mapping", "map.yaml")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give a folder with two files in it."""
    (tmp_path / "good.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "mixed.csv").write_text(MIXED, encoding="utf-8")
    (tmp_path / "bad.csv").write_text("id,created,topic\n1,never,a\n", encoding="utf-8")
    return Home(tmp_path)


def test_status_and_last_line(home: Home) -> None:
    """0 all loaded, 3 some in quarantine, 1 nothing loaded; the last line has every count."""
    status, last = home.load("good.csv")
    assert status == 0
    assert last.startswith('Loaded 2 rows into client account "Acme" (acme): 2 new, 0 changed, 0 unchanged')
    assert last.endswith("0 rows and 0 cells in quarantine.")
    status, last = home.load("good.csv")
    assert status == 0
    assert "0 new, 0 changed, 2 unchanged" in last
    status, last = home.load("mixed.csv")
    assert status == 3
    assert "Loaded 2 rows" in last
    assert "1 new, 1 changed, 0 unchanged" in last
    assert "2 rows and 0 cells in quarantine" in last
    assert last.endswith("1 row came again later in the file.")
    status, last = home.load("bad.csv")
    assert status == 1
    assert "Loaded 0 rows" in last
    assert "1 row and 0 cells in quarantine" in last
    with duckdb.connect(str(home.file), read_only=True) as connection:
        rows = connection.execute("select source_id, category from normalised.ticket order by 1").fetchall()
        assert rows == [("1", "c"), ("2", "b"), ("4", "d")]


def test_one_json_document(home: Home) -> None:
    """With --json standard output is exactly one document: a report, a plan or an error."""
    status, document = home.load_json("mixed.csv")
    report = document["report"]
    assert isinstance(report, dict)
    assert (status, report["exit_status"]) == (3, 3)
    counts = [report[name] for name in ("rows_read", "rows_loaded", "rows_quarantined", "duplicates")]
    assert counts == [5, 2, 2, 1]
    assert [(problem["line"], problem["column"], problem["value"]) for problem in report["problems"]] == [
        (3, "created_at", "never"), (4, None, None)
    ]  # fmt: skip
    status, document = home.load_json("mixed.csv", "--dry-run")
    assert (status, next(iter(document))) == (0, "plan")
    status, document = home.load_json("missing.csv")
    error = document["error"]
    assert isinstance(error, dict)
    assert status == 1
    assert "There is no file" in str(error["message"])
    assert "missing.csv" in str(error["message"])


@pytest.mark.parametrize(("words", "status", "text"), [
    (("missing.csv", *WORDS), 1, "There is no file"),
    ((".", *WORDS), 1, "is not a file"),
    (("good.csv", *WORDS[:4], "--mapping", "none.yaml"), 1, "none.yaml cannot be read"),
    (("good.csv", "--as", "tikets", *WORDS[2:]), 1, "Nothing called 'tikets'"),
    (("good.csv", *WORDS, "--mode", "merge"), 2, "'merge'"),
    (("good.csv", "--as", "tickets", "--mapping", "map.yaml"), 2, "client account"),
    (("good.csv", *WORDS[2:]), 2, "--as"),
    ((), 2, "FILE"),
])  # fmt: skip
def test_usage_and_files_that_cannot_be_used(home: Home, words: tuple[str, ...], status: int, text: str) -> None:
    """2 for a command that is not well formed, 1 for what cannot be done; standard output stays empty."""
    found, out, err = home.run("import", *words)
    assert (found, out) == (status, "")
    assert text in err
    if status == 1:
        assert err.startswith("belvedere: ")
        assert len(err.strip().splitlines()) == 1
    if home.file.exists():
        with duckdb.connect(str(home.file), read_only=True) as connection:
            for table in ("normalised.ticket", "normalised.client_account", "state.files"):
                assert connection.execute(f"select count(*) from {table}").fetchall() == [(0,)]


def test_mistakes_in_the_mapping_come_one_a_line(home: Home) -> None:
    """All of them at once, under one heading, without a traceback."""
    (home.folder / "map.yaml").write_text(
        "entity: tickets\ncolumns: {source_id: Id, created_at: Created, category: topic}\n", encoding="utf-8"
    )
    status, out, err = home.run("import", "good.csv", *WORDS)
    assert (status, out) == (1, "")
    assert "'Id'" in err
    assert "'Created'" in err


def test_mode_and_key_on_the_command_line(home: Home) -> None:
    """They win over the mapping."""
    (home.folder / "map.yaml").write_text(
        "entity: tickets\nmode: upsert\nkey: topic\ncolumns: {created_at: created, category: topic}\n", encoding="utf-8"
    )
    assert home.load("good.csv", "--key", "id")[0] == 0
    status, last = home.load("mixed.csv", "--key", "id", "--mode", "replace")
    assert status == 3
    assert ", 1 removed;" in last
    with duckdb.connect(str(home.file), read_only=True) as connection:
        assert connection.execute("select source_id from normalised.ticket order by 1").fetchall() == [("1",), ("4",)]


def test_a_nothing_of_a_client_leaves_no_client(home: Home) -> None:
    """A client account is made only for rows."""
    assert home.load("bad.csv", client="Typo")[0] == 1
    assert home.load("good.csv", client="Right")[0] == 0
    with duckdb.connect(str(home.file), read_only=True) as connection:
        assert connection.execute("select slug from normalised.client_account").fetchall() == [("right",)]


def test_two_imports_at_the_same_time(home: Home) -> None:
    """One waits for the other; both end well."""
    files = []
    for number in range(2):
        name = f"part{number}.csv"
        rows = "".join(f"{number}-{row},2025-01-01,a\n" for row in range(3000))
        (home.folder / name).write_text("id,created,topic\n" + rows, encoding="utf-8")
        files.append(name)
    running = [home.start("import", name, *WORDS, "--json") for name in files]
    for process in running:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert json.loads(out)["report"]["rows_new"] == 3000
    with duckdb.connect(str(home.file), read_only=True) as connection:
        assert connection.execute("select count(*) from normalised.ticket").fetchall() == [(6000,)]
