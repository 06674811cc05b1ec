"""Files that are empty, damaged, or not what their name says: a clear message, and nothing changes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.imports.workbench import Workbench, mapping_of

GOOD = "id,created\n1,2025-01-01\n"


def test_an_empty_file(bench: Workbench) -> None:
    """Zero bytes are nothing to load."""
    for name in ("a.csv", "a.tsv", "a.ndjson", "a.json", "a.parquet", "a.xlsx"):
        assert "is empty (0 bytes)" in bench.refusal(bench.write(name, ""), mapping_of())


WITHOUT_ROWS = [
    ("header.csv", "id,created"),
    ("header.csv", "id,created\n"),
    ("header.csv", "\ufeffid,created\r\n"),
    ("blank.csv", "id,created\n\n\n"),
    ("spaces.csv", "\n\n   \n"),
    ("bom.csv", "\ufeff"),
    ("empty.ndjson", "\n\n"),
    ("empty.json", "[]"),
    ("empty.json", '{"tickets": []}'),
]


def test_a_file_without_rows(bench: Workbench) -> None:
    """A header alone, blank lines alone, an empty list: nothing to load, and it says so."""
    for name, content in WITHOUT_ROWS:
        message = bench.refusal(bench.write(name, content), mapping_of())
        assert "nothing to load" in message
        assert name in message


def test_latin_text_without_its_encoding(bench: Workbench) -> None:
    """The message names line and byte and what to write; with the encoding the same file loads."""
    content = "id,created,topic\n1,2025-01-01,plain\n2,2025-01-02,Zürich\n".encode("cp1252")
    path = bench.write("latin.csv", content)
    columns = {"source_id": "id", "created_at": "created", "category": "topic"}
    message = bench.refusal(path, mapping_of(columns))
    assert "latin.csv, line 3, byte 15" in message
    assert "encoding: cp1252" in message
    assert bench.load(path, mapping_of(columns, encoding="cp1252")).rows_new == 2
    assert bench.tickets("category") == [("plain",), ("Zürich",)]


def test_wrong_bytes_far_behind(bench: Workbench) -> None:
    """Nothing is loaded when the last of many lines cannot be decoded."""
    lines = [f"{number},2025-01-01\n" for number in range(30_000)]
    path = bench.write("late.csv", ("id,created\n" + "".join(lines)).encode() + b"x\xff,2025-01-01\n")
    assert "line 30002, byte 2" in bench.refusal(path, mapping_of())


def test_an_encoding_that_does_not_exist(bench: Workbench) -> None:
    """The message shows encodings that do."""
    assert "utf-16" in bench.refusal(bench.write("a.csv", GOOD), mapping_of(encoding="utf-99"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le+bom", "utf-16-be+bom"])
def test_byte_order_marks(bench: Workbench, encoding: str) -> None:
    """A byte-order mark tells the encoding, even where the mapping says another."""
    name = encoding.removesuffix("+bom")
    content = (("\ufeff" if name != encoding else "") + GOOD + "2,2025-01-02\n").encode(name)
    for given in (None, "utf-8"):
        path = bench.write(f"{given}.csv", content)
        report = bench.load(path, mapping_of(encoding=given, source=str(given)))
        assert report.rows_new == 2
    assert bench.column("select distinct source_id from normalised.ticket order by 1") == ["1", "2"]


def test_a_byte_order_mark_in_ndjson(bench: Workbench) -> None:
    """The first line is a record as well; UTF-16 is refused with what to do."""
    content = '{"id": 1, "created": "2025-01-01"}\n{"id": 2, "created": "2025-01-02"}\n'
    assert bench.load(bench.write("bom.ndjson", content.encode("utf-8-sig")), mapping_of()).rows_new == 2
    assert bench.tickets() == [("1",), ("2",)]
    assert "UTF-8" in bench.refusal(bench.write("wide.ndjson", content.encode("utf-16")), mapping_of())


def test_ragged_rows(bench: Workbench) -> None:
    """Rows with too few or too many cells wait in the quarantine as they are; empty cells at the end are no cells."""
    path = bench.write("ragged.csv", "id,created,topic\n1,2025-01-01,a\n2,2025-01-01\n3,2025-01-01,b,c\n"
                                     "4,2025-01-01,d,,\n\n5\n6,2025-01-01,\"x\ny\",z\n7,2025-01-01,e\n")  # fmt: skip
    report = bench.load(path, mapping_of())
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (7, 3, 4)
    entries = bench.newest_quarantine(path)
    assert [(entry.line, entry.reason, entry.record) for entry in entries] == [
        (3, "has too few cells: 2, but the header has 3", "2,2025-01-01"),
        (4, "has too many cells: 4, but the header has 3", "3,2025-01-01,b,c"),
        (7, "has too few cells: 1, but the header has 3", "5"),
        (8, "has too many cells: 4, but the header has 3", "6,2025-01-01,x\ny,z"),
    ]
    assert bench.tickets() == [("1",), ("4",), ("7",)]


def test_rows_that_are_all_ragged(bench: Workbench) -> None:
    """A file of which no row can be used reports that nothing loaded."""
    path = bench.write("ragged.csv", "id,created\n1\n2\n")
    report = bench.load(path, mapping_of())
    assert (report.rows_read, report.rows_quarantined, report.rows_loaded, report.exit_status) == (2, 2, 0, 1)


@pytest.mark.parametrize("name", ["cell.csv", "cell.ndjson"])
def test_a_cell_of_ten_megabytes(bench: Workbench, name: str) -> None:
    """A huge cell arrives whole, whether it is used or not."""
    huge = "0123456789" * (1024 * 1024)
    if name.endswith("csv"):
        text = f'id,created,subject,rest\n1,2025-01-01,"{huge}",x\n2,2025-01-02,small,"{huge}"\n'
    else:
        text = "".join(
            f'{{"id": {number}, "created": "2025-01-0{number}", "subject": "{one}", "rest": "{two}"}}\n'
            for number, one, two in ((1, huge, "x"), (2, "small", huge))
        )
    columns = {"source_id": "id", "created_at": "created", "subject": "subject"}
    assert bench.load(bench.write(name, text), mapping_of(columns)).rows_new == 2
    assert bench.tickets("length(subject), md5(subject)") == [
        (len(huge), bench.value(f"select md5(repeat('0123456789', {1024 * 1024}))")),
        (5, bench.value("select md5('small')")),
    ]
    assert bench.value("select max(length(rest)) from raw.file_file__ticket") == len(huge)


def test_a_quote_that_is_never_closed(bench: Workbench) -> None:
    """It does not swallow the rows that follow without a word."""
    rows = "".join(f"{number},2025-01-01,fine\n" for number in range(3, 40))
    path = bench.write("open.csv", f'id,created,topic\n1,2025-01-01,a\n2,2025-01-01,"oops\n{rows}')
    message = bench.refusal(path, mapping_of({**mapping_of().model_dump()["columns"], "category": "topic"}))
    assert "line 3" in message
    assert "quote" in message


def test_header_after_blank_lines_and_with_separators_in_quotes(bench: Workbench) -> None:
    """The separator is looked for in the header, outside of quotes."""
    first = bench.write("blank.csv", "\n \nid;created\n1;2025-01-01\n")
    assert bench.load(first, mapping_of()).rows_new == 1
    second = bench.write("quoted.csv", '"id, no, it is";created;"a\nb, c"\n2;2025-01-01;x\n')
    columns = {"source_id": "id, no, it is", "created_at": "created", "category": "a\nb, c"}
    assert bench.load(second, mapping_of(columns)).rows_new == 1
    assert bench.tickets("source_id, category") == [("1", None), ("2", "x")]


def test_nul_bytes_are_cells_like_any_other(bench: Workbench) -> None:
    """A NUL in a cell neither stops nor shortens the file."""
    path = bench.write("nul.csv", "id,created,topic\n1,2025-01-01,a\0b\n2,2025-01-01,c\n")
    report = bench.load(path, mapping_of({"source_id": "id", "created_at": "created", "category": "topic"}))
    assert report.rows_new == 2
    assert bench.tickets("category") == [("a\0b",), ("c",)]


def test_what_is_not_a_file(bench: Workbench) -> None:
    """A path to nothing, to a folder, to a pipe: each is said."""
    assert "There is no file" in bench.refusal(bench.folder / "missing.csv", mapping_of())
    (bench.folder / "folder.csv").mkdir()
    assert "is not a file" in bench.refusal(bench.folder / "folder.csv", mapping_of())
    os.mkfifo(bench.folder / "pipe.csv")
    assert "is not a file" in bench.refusal(bench.folder / "pipe.csv", mapping_of())


NOT_WHAT_THEY_SAY = [
    ("a.parquet", "cannot be read as Parquet"), ("a.xlsx", "cannot be read as a sheet"),
    ("a.xls", "cannot be read as a sheet"), ("a.json", "not valid JSON"), ("a.pdf", "not known by its name"),
    ("a", "not known by its name"), ("a.csv.gz", "not known by its name"),
]  # fmt: skip


def test_a_file_that_is_not_what_its_name_says(bench: Workbench) -> None:
    """Text with the name of something else."""
    for name, words in NOT_WHAT_THEY_SAY:
        message = bench.refusal(bench.write(name, GOOD), mapping_of())
        assert words in message
        assert name in message


@pytest.mark.parametrize("name", ["binary.csv", "binary.ndjson"])
def test_binary_content_under_a_text_name(bench: Workbench, name: str) -> None:
    """A workbook renamed to .csv is refused, or every line of it is quarantined; no traceback."""
    content = b"PK\x03\x04" + bytes(range(256)) * 40
    if name.endswith("csv"):
        assert "binary.csv, line 2, byte 118" in bench.refusal(bench.write(name, content), mapping_of())
    else:
        assert "no column" in bench.refusal(bench.write(name, content), mapping_of())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read the file")
def test_a_file_that_may_not_be_read(bench: Workbench) -> None:
    """One line that names the file and says that it may not be read."""
    path = bench.write("secret.csv", GOOD)
    path.chmod(0)
    # Everything is imported before the user changes: the checkout itself may be closed to others.
    script = (
        "import os, sys; from pathlib import Path\n"
        "from warehouse import WarehouseError, check_file\n"
        "os.setegid(65534); os.seteuid(65534)\n"
        "try: check_file(Path(sys.argv[1]))\n"
        "except WarehouseError as error: print(type(error).__name__, error)\n"
    )
    done = _as_nobody(bench, path, script)
    assert done.startswith("ImportFileError"), done
    assert "secret.csv" in done
    assert len(done.splitlines()) == 1


def _as_nobody(bench: Workbench, path: Path, script: str) -> str:
    # pytest's folders above ours are closed to other users; those that are open already are not ours to touch.
    for folder in (bench.folder, *bench.folder.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr
