"""DuckDB's write-ahead log goes into the file while loads go on; a long one costs seconds at the next opening."""

from pathlib import Path

from schemas import load_model
from tests.warehouse.imports.workbench import ACME, GLOBEX, SIMPLE, mapping_of
from warehouse import ImportOptions, Warehouse

ROWS = 40_000
MOST_BYTES = 20 * 1024 * 1024  # DuckDB's own measure is 16 MB


def test_after_loads_that_make_tables(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("id,created\n" + "".join(f"T{number},2025-01-05T10:00:00Z\n" for number in range(ROWS)))
    with Warehouse(tmp_path / "data", load_model(), threads=2) as warehouse:
        database = warehouse.workspace("main", create=True)
        for client in (ACME, GLOBEX):
            database.import_file(file, ImportOptions(mapping_of(SIMPLE), client, defer=True))
        log = database.path.with_name(f"{database.path.name}.wal")
        assert not log.exists() or log.stat().st_size < MOST_BYTES
        assert database.path.stat().st_size > 1024 * 1024
