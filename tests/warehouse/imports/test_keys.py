"""Keys: duplicates within a file, keys of several columns, keys that are missing, files without any."""

import pytest

from tests.warehouse.imports.workbench import Workbench, mapping_of
from warehouse import Mode

COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic"}
WITHOUT_ID = {"created_at": "created", "category": "topic"}


def csv_text(*rows: str) -> str:
    """Return a file of id, created and topic."""
    return "id,created,topic\n" + "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize("mode", list(Mode))
def test_duplicate_keys_in_a_file(bench: Workbench, mode: Mode) -> None:
    """One row of each key is loaded, the others are counted as duplicates; without a version the last line wins."""
    path = bench.write("a.csv", csv_text("1,2025-01-01,first", "2,2025-01-01,only", "1,2025-01-02,second",
                                         "1,2025-01-03,third", "3,2025-01-01,same", "3,2025-01-01,same"))  # fmt: skip
    report = bench.load(path, mapping_of(COLUMNS), mode=mode)
    assert (report.rows_read, report.rows_new, report.duplicates) == (6, 3, 3)
    assert bench.tickets("source_id, category") == [("1", "third"), ("2", "only"), ("3", "same")]


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson"])
def test_the_newest_version_wins(bench: Workbench, name: str) -> None:
    """With source_updated_at the newest row wins wherever it stands, in the file and against what is there."""

    def text(*rows: tuple[int, str, str]) -> str:
        if name == "a.csv":
            return "id,created,topic,updated\n" + "".join(f"{i},2025-01-01,{t},{u}\n" for i, t, u in rows)
        return "".join(f'{{"id":{i},"created":"2025-01-01","topic":"{t}","updated":"{u}"}}\n' for i, t, u in rows)

    mapping = mapping_of({**COLUMNS, "source_updated_at": "updated"})
    rows = [(1, "new", "2025-02-03"), (1, "old", "2025-02-01"), (2, "a", "2025-02-01"), (2, "b", "2025-02-01")]
    first = bench.load(bench.write(name, text(*rows)), mapping)
    assert (first.rows_new, first.duplicates) == (2, 2)
    assert bench.tickets("source_id, category") == [("1", "new"), ("2", "b")]
    second = bench.load(bench.write("2" + name, text((1, "older", "2025-02-02"), (2, "c", "2025-02-02"))), mapping)
    assert (second.rows_changed, second.rows_unchanged) == (1, 1)
    assert bench.tickets("source_id, category") == [("1", "new"), ("2", "c")]


def test_a_bad_duplicate_does_not_take_the_good_one_along(bench: Workbench) -> None:
    """A later row of a key that cannot be loaded is quarantined; the earlier good one loads."""
    path = bench.write("a.csv", csv_text("1,2025-01-01,good", "1,never,bad"))
    report = bench.load(path, mapping_of(COLUMNS))
    assert (report.rows_new, report.rows_quarantined, report.duplicates) == (1, 1, 0)
    assert bench.tickets("category") == [("good",)]


def test_a_missing_key(bench: Workbench) -> None:
    """A row without a key is quarantined, on the first load and on a later one."""
    first = bench.write("a.csv", csv_text("1,2025-01-01,a", ",2025-01-01,b", "  ,2025-01-01,c"))
    second = bench.write("b.csv", csv_text("2,2025-01-01,a", ",2025-01-01,b"))
    for path, count in ((first, 2), (second, 1)):
        report = bench.load(path, mapping_of(COLUMNS))
        assert (report.rows_new, report.rows_quarantined) == (1, count)
        entries = bench.newest_quarantine(path)
        assert {(entry.column, entry.reason) for entry in entries} == {("source_id", "is required but empty")}
        assert all(entry.record and '"topic"' in entry.record for entry in entries)
    assert bench.tickets() == [("1",), ("2",)]


def test_keys_of_several_columns(bench: Workbench) -> None:
    """Two rows are the same only if every column of the key is the same, empty ones and separators included."""
    rows = [("a", "b"), ("a", ""), ("", "a"), ("b", ""), ("a|b", "c"), ("a", "b|c"), ("a\\", "|b"), ("a\\|", "b"),
            ("a", "b"), ("a|", ""), ("", "a|"), ("", "|a")]  # fmt: skip
    table = [["shop", "order", "created"], *([*row, "2025-01-01"] for row in rows)]
    report = bench.load(bench.write_csv("a.csv", table), mapping_of({"created_at": "created"}, key=["shop", "order"]))
    assert (report.rows_new, report.duplicates, report.rows_quarantined) == (len(set(rows)), 1, 0)
    assert len(bench.tickets()) == len(set(rows))
    assert ("a|b",) in bench.tickets()


def test_a_key_of_several_columns_that_are_all_empty(bench: Workbench) -> None:
    """Such a row has no key."""
    path = bench.write("a.csv", "shop,order,created\n,,2025-01-01\n1,,2025-01-01\n")
    report = bench.load(path, mapping_of({"created_at": "created"}, key=["shop", "order"]))
    assert (report.rows_new, report.rows_quarantined) == (1, 1)


def test_files_without_a_key_append(bench: Workbench) -> None:
    """Equal rows without a key are rows of their own; the same file again adds nothing."""
    mapping = mapping_of(WITHOUT_ID, mode="append")
    path = bench.write("a.csv", csv_text(",2025-01-01,a", ",2025-01-01,a", ",never,b"))
    assert bench.load(path, mapping).rows_new == 2
    assert bench.load(path, mapping).already_loaded
    other = bench.load(bench.write("b.csv", csv_text(",2025-01-01,a")), mapping)
    assert other.rows_new == 1
    again = bench.load(path, mapping)
    assert (again.rows_new, again.rows_unchanged, again.rows_quarantined) == (0, 2, 1)
    assert len(bench.tickets()) == 3


@pytest.mark.parametrize("name", ["big.ndjson", "big.json", "two.ndjson"])
def test_numbers_as_keys_keep_all_their_digits(bench: Workbench, name: str) -> None:
    """Numbers beyond 64 bits do not run together, in whatever way the file is read."""
    ids = [str(10**22 + number) for number in range(3)] + ["9007199254740993", "18446744073709551615", "-5", "1.5"]
    records = [f'{{"id": {number}, "created": "2025-01-01"}}' for number in ids]
    if name == "two.ndjson":  # A broken line sends the file another way.
        records.insert(0, "{broken")
    text = "[" + ",".join(records) + "]" if name.endswith("json") and "nd" not in name else "\n".join(records)
    report = bench.load(bench.write(name, text), mapping_of())
    assert (report.rows_new, report.duplicates) == (len(ids), 0)
    assert sorted(str(name) for (name,) in bench.tickets()) == sorted(ids)


def test_keys_of_other_scripts_and_lengths(bench: Workbench) -> None:
    """Keys are compared as they are: case, accents and length matter."""
    keys = ["a", "A", "ä", "a\u0308", "Ω", "ω", "x" * 5000, "x" * 5001, "0", "00", "1", "1.0", "'", '"', "\\", "%",
            "null"]  # fmt: skip
    rows = [["id", "created"], *([key, "2025-01-01"] for key in keys)]
    path = bench.write_csv("a.csv", rows)
    assert bench.load(path, mapping_of()).rows_new == len(keys)
    assert {name for (name,) in bench.tickets()} == set(keys)
    rows.append(["new", "2025-01-01"])
    report = bench.load(bench.write_csv("b.csv", rows), mapping_of())
    assert (report.rows_new, report.rows_unchanged) == (1, len(keys))
