"""An empty workspace, made once by the program itself: putting a copy in its place takes half the time."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas import load_model
from warehouse import Warehouse, WorkspaceDatabase


def open_empty(warehouse: Warehouse) -> WorkspaceDatabase:
    """Open workspace `main` of a data directory that may be new; the process must own it."""
    path = warehouse.places.workspace_file("main")
    if not path.exists():
        path.write_bytes(_empty_file())
    return warehouse.workspace("main", create=True)


@cache
def _empty_file() -> bytes:
    with TemporaryDirectory() as folder:
        with Warehouse(Path(folder), load_model(), threads=2) as warehouse:
            path = warehouse.workspace("main", create=True).path
        assert [one.name for one in path.parent.iterdir()] == [path.name], "all is in the file, nothing in a log"
        return path.read_bytes()
