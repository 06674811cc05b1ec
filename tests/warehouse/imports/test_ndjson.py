"""NDJSON: the fast way and the careful way give the same, and a bad line is found by its number."""

import json

import pytest

from tests.warehouse.imports.workbench import Workbench, mapping_of

COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic"}


def line(number: int, **more: object) -> str:
    """Return one record."""
    return json.dumps({"id": f"T{number}", "created": "2025-01-01T10:00:00Z", "topic": "a"} | more)


def test_bad_lines_in_the_middle(bench: Workbench) -> None:
    """Each is quarantined whole with its number and why; the other lines load."""
    lines = [line(number) for number in range(1, 41)]
    bad = {3: '{"id": "T3", "created":', 9: "[1, 2]", 14: '"text"', 20: "null", 25: "{'id': 'T25'}", 31: "nonsense",
           36: '{"id": "T36"} {"id": "T99"}'}  # fmt: skip
    for number, text in bad.items():
        lines[number - 1] = text
    lines[39] = ""
    path = bench.write("a.ndjson", "\n".join(lines))
    report = bench.load(path, mapping_of(COLUMNS))
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (39, 32, 7)
    entries = bench.newest_quarantine(path)
    assert {entry.line: entry.record for entry in entries} == bad
    reasons = {entry.line: entry.reason for entry in entries}
    assert all("is not valid JSON" in reasons[number] for number in (3, 25, 31, 36))
    assert all(reasons[number] == "is not a JSON object" for number in (9, 14, 20))


def test_bad_cells_have_their_line_on_the_fast_way(bench: Workbench) -> None:
    """A clean file of which some cells cannot be used, with an empty line in between."""
    lines = [line(number) for number in range(1, 3001)]
    lines[1233] = line(1234, created="never")
    lines[2999] = line(3000, created="2025-02-30", topic="b")
    path = bench.write("a.ndjson", "\n".join(lines) + "\n")
    report = bench.load(path, mapping_of(COLUMNS))
    assert (report.rows_new, report.rows_quarantined) == (2998, 2)
    entries = bench.newest_quarantine(path)
    assert [(entry.line, entry.value) for entry in entries] == [(1234, "never"), (3000, "2025-02-30")]
    assert [json.loads(str(entry.record))["id"] for entry in entries] == ["T1234", "T3000"]


def test_blank_lines_do_not_shift_numbers(bench: Workbench) -> None:
    """Line numbers are those of an editor."""
    path = bench.write("a.ndjson", f"\n{line(1)}\n\n   \n{line(2, created='never')}\r\n\r\n{line(3)}")
    report = bench.load(path, mapping_of(COLUMNS))
    assert (report.rows_read, report.rows_new, report.problems[0].line) == (3, 2, 5)


def test_keys_that_come_late(bench: Workbench) -> None:
    """A key that only few records have is a column all the same, wherever in the file they stand."""
    lines = [line(number) for number in range(20_000)]
    lines[13_337] = line(13_337, rare="here", Topic="other case")
    path = bench.write("a.ndjson", "\n".join(lines))
    report = bench.load(path, mapping_of(COLUMNS | {"subcategory": "rare"}))
    assert report.rows_new == 20_000
    assert bench.tickets("source_id, subcategory", "subcategory is not null") == [("T13337", "here")]
    assert bench.sql("select topic, rare from raw.file_file__ticket where rare is not null") == [("a", "here")]
    assert bench.value("select count(*) from raw.file_file__ticket where topic_2 = 'other case'") == 1


VALUES = ["text", "", " ", "ünï 🙂", "line\nbreak", 'quo"te', "\\back", "\u0000nul", 0, -1, 1.5, 1e21, 1e-7, 0.1, 1.10,
          12345678901234567, True, False, None, [], [1, "a", None], {},
          {"a": {"b": [1.50, "é"]}, "c": None}]  # fmt: skip


def test_both_ways_give_the_same_cells(bench: Workbench) -> None:
    """Any JSON value becomes the same text by the fast way, by the careful way, and from a JSON array."""
    records = [line(number, value=value) for number, value in enumerate(VALUES)]
    fast = bench.write("fast.ndjson", "\n".join(records))
    careful = bench.write("careful.ndjson", "\n".join([*records, "broken"]))
    array = bench.write("array.json", "[" + ",".join(records) + "]")
    for path in (fast, careful, array):
        assert bench.load(path, mapping_of(COLUMNS, source=path.stem)).rows_new == len(VALUES)
    first, *others = (
        bench.sql(f"select id, value from raw.file_{name}__ticket order by id") for name in ("fast", "careful", "array")
    )
    assert others == [first, first]
    found = {str(name): value for name, value in first}
    for number, value in enumerate(VALUES):
        cell = found[f"T{number}"]
        if isinstance(value, str):
            assert cell == value
        else:
            assert (None if cell is None else json.loads(str(cell))) == value


def test_a_key_twice_sends_the_fast_way_back(bench: Workbench) -> None:
    """A first load that turns out to have a key twice is done again with merges, and nothing of the first try stays."""
    lines = [line(number % 9_999, topic=f"t{number}") for number in range(10_000)]
    report = bench.load(bench.write("a.ndjson", "\n".join(lines)), mapping_of(COLUMNS))
    assert (report.rows_read, report.rows_new, report.duplicates) == (10_000, 9_999, 1)
    assert bench.tickets("category", "source_id = 'T0'") == [("t9999",)]
    assert bench.value("select count(*) from raw.file_file__ticket") == 9_999


@pytest.mark.parametrize("text", [
    '{"id": "x", "id": "y", "created": "2025-01-01"}', '{"id": "\\ud800", "created": "2025-01-01"}'
])  # fmt: skip
def test_odd_json_is_loaded_or_quarantined(bench: Workbench, text: str) -> None:
    """A key twice in a record, a surrogate alone: no traceback, and the other lines load."""
    report = bench.load(bench.write("a.ndjson", f"{line(1)}\n{text}\n{line(2)}\n"), mapping_of(COLUMNS))
    assert report.rows_read == 3
    assert {("T1",), ("T2",)} <= set(bench.tickets())


def test_a_mapping_of_commas_does_not_touch_json_lines(bench: Workbench) -> None:
    """Settings of delimited text in a mapping are no obstacle for other formats."""
    path = bench.write("a.ndjson", line(1))
    assert bench.load(path, mapping_of(COLUMNS, delimiter=";")).rows_new == 1


def test_lines_in_another_encoding(bench: Workbench) -> None:
    """With its encoding named, a file of another encoding loads; without, its odd lines are quarantined."""
    text = f"{line(1)}\n{line(2, topic='?')}\n".replace("?", "ü")
    path = bench.write("a.ndjson", text.encode("cp1252"))
    assert bench.load(path, mapping_of(COLUMNS)).rows_quarantined == 1
    assert bench.load(path, mapping_of(COLUMNS, encoding="cp1252")).rows_loaded == 2
    assert bench.tickets("category") == [("a",), ("ü",)]
