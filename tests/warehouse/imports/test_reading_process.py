"""Large files are read by a process of their own: the same rows, the same errors, and nothing left running."""

import os
import signal
from pathlib import Path

import pytest

from tests.warehouse.imports.workbench import Workbench, mapping_of
from warehouse import ImportFileError, Mode, reading_process
from warehouse.files import Reading
from warehouse.reading_process import PiecesFromProcess, is_read_elsewhere


@pytest.fixture(autouse=True)
def _every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "LEAST_BYTES", 1)


def test_a_csv_file_gives_its_rows_and_its_bad_lines(bench: Workbench) -> None:
    path = bench.write("a.csv", "id,created\nT1,2025-01-01T10:00:00Z\nT2,never\nT3,2025-01-02T10:00:00Z,too,many\n")
    assert is_read_elsewhere(path)
    report = bench.load(path, mapping_of())
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (3, 1, 2)
    assert sorted(entry.line or 0 for entry in bench.newest_quarantine(path)) == [3, 4]


def test_an_ndjson_file_that_changes_rows(bench: Workbench) -> None:
    first = bench.write("a.ndjson", '{"id": "T1", "created": "2025-01-01T10:00:00Z"}\n')
    bench.load(first, mapping_of())
    second = bench.write("b.ndjson", '{"id": "T1", "created": "2025-01-03T10:00:00Z"}\n' * 2)
    report = bench.load(second, mapping_of(), mode=Mode.UPSERT)
    assert (report.rows_new, report.rows_changed, report.duplicates) == (0, 1, 1)


def test_parquet_stays_with_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    assert not is_read_elsewhere(path)


def test_what_is_wrong_with_the_file_is_said_as_ever(bench: Workbench) -> None:
    path = bench.write("a.csv", b"id,created\nT1,\xff\xfe\xfa\n")
    with pytest.raises(ImportFileError, match=r"a\.csv"):
        bench.load(path, mapping_of(encoding="ascii"))


def test_a_process_that_dies_is_told_and_nothing_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,created\n" + "T,2025-01-01\n" * 10)
    pieces = PiecesFromProcess(path, Reading(), tmp_path)
    os.kill(pieces._process.pid, signal.SIGKILL)
    with pytest.raises(ImportFileError, match=r"ended with status -9\. Nothing was changed; run it again"):
        list(pieces)
    pieces.close()


def test_closing_early_ends_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,created\n" + "T,2025-01-01\n" * 450_000)  # more pieces than are made ahead
    pieces = PiecesFromProcess(path, Reading(), tmp_path)
    assert next(pieces).rows == 200_000
    pieces.close()
    assert pieces._process.poll() is not None
