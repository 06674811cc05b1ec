"""Any table of text, written as CSV by Python's csv module, comes back cell for cell."""

import csv
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.warehouse.imports.workbench import Workbench, mapping_of

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "",
        " ",
        '"',
        '""',
        "\r",
        "\n",
        "\r\n",
        ",;\t|",
        "null",
        "NULL",
        "\\N",
        "'",
        "0",
        "1e5",
        "=1+1",
        "\ufeff",
        "\x00",
        "\u2028",
    ]
)
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
)


def trimmed(cell: str) -> str | None:
    """Return a cell without the spaces around it, those of every width, but not tabs and line breaks."""
    spaces = "".join(sign for sign in cell if unicodedata.category(sign) == "Zs")
    return (cell.strip(spaces) if spaces else cell) or None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]),
       st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))  # fmt: skip
@example([["\r"], ["\r\n"]], ",", "\r\n", "utf-8")
@example([["a", ""], ["", ""]], "|", "\n", "utf-16")
def test_any_table_of_text(table: list[list[str]], mark: str, end: str, encoding: str) -> None:
    """Every cell is in raw as it was written, and in a text column without the spaces around it."""
    width = len(table[0])
    header = ["id", "created", *(f"c{number}" for number in range(width))]
    with TemporaryDirectory() as folder:
        bench = Workbench(Path(folder))
        path = bench.folder / "table.csv"
        with path.open("w", newline="", encoding=encoding) as out:
            # csv.writer leaves a lone \r bare unless it is part of the line's end.
            writer = csv.writer(
                out, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL if end == "\n" else csv.QUOTE_MINIMAL
            )
            writer.writerow(header)
            writer.writerows([f"{number:03}", "2025-01-01", *row] for number, row in enumerate(table))
        try:
            columns = {"source_id": "id", "created_at": "created", "subject": "c0"}
            assert bench.load(path, mapping_of(columns)).rows_new == len(table)
            listed = ", ".join(header[2:])
            found = bench.sql(f"select {listed} from raw.file_file__ticket order by id")
            assert [list(row) for row in found] == table
            assert [subject for (subject,) in bench.tickets("subject")] == [trimmed(row[0]) for row in table]
        finally:
            bench.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.booleans()), min_size=1, max_size=25),
       st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.booleans()), min_size=1, max_size=25),
       st.sampled_from(["upsert", "append", "replace"]))  # fmt: skip
def test_any_two_loads(first: list[tuple[int, int, bool]], second: list[tuple[int, int, bool]], mode: str) -> None:
    """Two files with duplicates and bad rows, loaded in any mode, end as a dictionary in Python does."""
    with TemporaryDirectory() as folder:
        bench = Workbench(Path(folder))
        mapping = mapping_of({"source_id": "id", "created_at": "created", "category": "topic"}, mode=mode)
        expected: dict[str, str] = {}
        try:
            for name, rows in (("a.csv", first), ("b.csv", second)):
                text = "".join(f"{key},{'2025-01-01' if good else 'x'},{topic}\n" for key, topic, good in rows)
                bench.load(bench.write(name, "id,created,topic\n" + text), mapping)
                loaded = {str(key): str(topic) for key, topic, good in rows if good}
                if mode == "append":
                    expected = loaded | expected
                elif mode == "replace" and loaded:
                    expected = loaded
                else:
                    expected |= loaded
            assert bench.pairs("source_id, category") == expected
        finally:
            bench.close()
