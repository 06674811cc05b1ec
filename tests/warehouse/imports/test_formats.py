"""The same rows as every kind of file become the same tickets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports import formats
from tests.warehouse.imports.workbench import GLOBEX, Workbench, mapping_of

COLUMNS = ("source_id", "created_at", "solved_at", "subject", "public_agent_replies", "handle_cost_original",
           "is_escalated", "city")  # fmt: skip
SHOWN = ", ".join((*COLUMNS, "resolution_seconds"))


def expected(rows: Sequence[Sequence[formats.Cell]]) -> list[tuple[object, ...]]:
    """Compute the tickets in Python: times are Athens time, costs are euros, durations are elapsed."""
    made: list[tuple[object, ...]] = []
    for name, created, solved, subject, replies, cost, escalated, city in rows:
        assert isinstance(created, datetime)
        utc = [_athens_to_utc(moment) if isinstance(moment, datetime) else None for moment in (created, solved)]
        seconds = (utc[1] - utc[0]).total_seconds() if utc[0] and utc[1] else None
        cents = None if cost is None else int(float(str(cost)) * 100)
        made.append((name, utc[0], utc[1], subject, replies, cents, escalated, city, seconds))
    return made


def _athens_to_utc(moment: datetime) -> datetime:
    # Written out by hand on purpose: summer time in Athens is from 30 March 2025, 3:00, to 26 October 2025, 4:00.
    summer = datetime(2025, 3, 30, 3) <= moment < datetime(2025, 10, 26, 4)  # noqa: DTZ001
    return moment - timedelta(hours=3 if summer else 2)


@pytest.mark.parametrize("name", formats.WRITERS)
def test_every_format_gives_the_same_tickets(bench: Workbench, name: str) -> None:
    """Load one format and compare every cell."""
    rows = formats.sample_rows()
    path = bench.folder / name
    formats.WRITERS[name](path, rows)
    report = bench.load(path, mapping_of(formats.FORMATS, timezone="Europe/Athens"))
    assert (report.rows_read, report.rows_new, report.cells_quarantined) == (210, 210, 0)
    assert report.unmapped == ()
    assert bench.tickets(SHOWN) == expected(rows)


def test_one_after_another_changes_nothing_of_the_tickets(bench: Workbench) -> None:
    """Load all text formats one after another by merge: nothing is new after the first, the tickets stay."""
    rows = formats.sample_rows()
    mapping = mapping_of(formats.FORMATS, timezone="Europe/Athens")
    news = []
    for name, write in formats.WRITERS.items():
        write(bench.folder / name, rows)
        report = bench.load(bench.folder / name, mapping)
        news.append(report.rows_new)
        assert report.rows_loaded == 210 or report.already_loaded
    assert news == [210] + [0] * (len(formats.WRITERS) - 1)
    assert bench.tickets(SHOWN) == expected(rows)


@pytest.mark.parametrize(("first", "second"), [
    ("comma.csv", "pipe.csv"), ("bom.csv", "utf16.csv"), ("array.json", "lines.ndjson"), ("lines.ndjson", "array.json"),
    ("array.json", "object.json"), ("semicolon.csv", "tabs.tsv"),
])  # fmt: skip
def test_the_same_cells_in_another_file_are_unchanged(bench: Workbench, first: str, second: str) -> None:
    """A file of the same cells is read, and moves neither rows nor data version."""
    rows = formats.sample_rows()
    mapping = mapping_of(formats.FORMATS, timezone="Europe/Athens")
    for name in (first, second):
        formats.WRITERS[name](bench.folder / name, rows)
    one = bench.load(bench.folder / first, mapping)
    two = bench.load(bench.folder / second, mapping)
    assert (two.rows_unchanged, two.rows_new, two.rows_changed) == (210, 0, 0)
    assert two.data_version == one.data_version


def test_line_numbers_of_every_format(bench: Workbench) -> None:
    """A bad cell is reported with the line at which a person finds it: of the text, or of the sheet."""
    rows = formats.sample_rows(20)
    rows[12][1] = "32.13.2025"
    found = {}
    for name, write in formats.WRITERS.items():
        if name == "typed.parquet":
            continue
        write(bench.folder / name, rows)
        source = "from_" + name.replace(".", "_")
        report = bench.load(bench.folder / name, mapping_of(formats.FORMATS, source=source), GLOBEX)
        assert report.rows_quarantined == 1
        assert report.problems[0].column == "created_at"
        assert report.problems[0].value == "32.13.2025"
        found[name] = report.problems[0].line
    # Two subjects before the row hold a line break.
    text = dict.fromkeys((name for name in formats.WRITERS if name.endswith(("csv", "txt", "tsv"))), 16)
    objects = {"lines.ndjson": 13, "lines.jsonl": 13, "lines.json": 13, "array.json": 13, "object.json": 13}
    assert found == text | objects | {"sheet.xlsx": 14}


def test_rows_of_a_large_parquet_file_keep_their_numbers(bench: Workbench) -> None:
    """Row groups that are read side by side do not mix up the numbers of the rows."""
    path = bench.folder / "large.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select i as id, case when i % 10000 = 7 then 'bad ' || (i + 1) else '2025-01-05' end as created
                from range(60000) as r(i)) to '{path}' (format parquet, row_group_size 4096)"""
        )
    report = bench.load(path, mapping_of())
    assert report.rows_quarantined == 6
    entries = bench.newest_quarantine(path)
    assert [(entry.line, entry.value) for entry in entries] == [
        (number, f"bad {number}") for number in range(8, 60_000, 10_000)
    ]


def test_a_sheet_is_chosen_by_name(bench: Workbench) -> None:
    """A sheet that is not there is answered with those that are."""
    path = bench.folder / "book.xlsx"
    formats.xlsx(path, formats.sample_rows(3), sheet="March & April")
    assert "March & April" in bench.refusal(path, mapping_of(formats.FORMATS, sheet="May"))
    assert bench.load(path, mapping_of(formats.FORMATS, sheet="March & April")).rows_new == 3


def test_a_sheet_may_start_lower_and_further_right(bench: Workbench) -> None:
    """Empty rows above and empty columns before the table do not matter; line numbers are those of the sheet."""
    path = bench.folder / "offset.xlsx"
    rows: list[list[formats.Cell]] = [[None], [None, "id", "created"], [None, 7, "2025-01-01"], [None, 8, "never"]]
    formats.xlsx(path, rows, header=[])
    report = bench.load(path, mapping_of())
    assert (report.rows_new, report.problems[0].line) == (1, 5)
    assert bench.tickets() == [("7",)]


def test_json_with_several_arrays_needs_a_path(bench: Workbench) -> None:
    """The path may go through objects."""
    path = bench.write(
        "nested.json", '{"data": {"tickets": [{"id": 1, "created": "2025-01-01"}], "users": [{"id": 9}]}, "more": []}'
    )
    assert "array" in bench.refusal(path, mapping_of(record_path="data"))
    assert "data.nothing" in bench.refusal(path, mapping_of(record_path="data.nothing"))
    assert bench.load(path, mapping_of(record_path="data.tickets")).rows_new == 1


def test_names_that_file_systems_and_globs_find_odd(tmp_path: Path) -> None:
    """Quotes, brackets and stars in the names of folders and files do not matter."""
    folder = tmp_path / "it's [1] *odd"
    folder.mkdir()
    bench = Workbench(folder)
    for name in ("lines.ndjson", "comma.csv", "typed.parquet"):
        path = folder / f"o'dd [2] *{name}"
        formats.WRITERS[name](path, formats.sample_rows(5)) if name != "typed.parquet" else _moved(path)
        assert bench.load(path, mapping_of(formats.FORMATS, source=name)).rows_new == 5
    bench.close()


def _moved(path: Path) -> None:
    plain = path.parent.parent / "plain.parquet"
    formats.parquet(plain, formats.sample_rows(5))
    plain.rename(path)
