"""A process that owns a data directory and syncs the drill desk; tests end it at any moment."""

import sys
from pathlib import Path

from schemas import load_model
from tests.warehouse.sync_drill.drilling import drill, options
from warehouse import Warehouse, extraction


def main(data_dir: str, commit_rows: str) -> None:
    """Sync once and say so; with a number of rows to commit at, the source is read in this very process."""
    if commit_rows:
        extraction.COMMIT_ROWS = int(commit_rows)
    with Warehouse(Path(data_dir), load_model(), threads=2) as warehouse:
        print("opened", flush=True)
        _, error = drill(warehouse.workspace("main", create=True), options(apart=not commit_rows))
        print("done" if error is None else repr(error), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
