"""The console's own stylesheet and script."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from api.errors import NotFoundError

router = APIRouter(prefix="/console", include_in_schema=False)

_FOLDER = Path(__file__).parent / "static"
_NAMES = frozenset(path.name for path in _FOLDER.iterdir())


@router.get("/static/{name}")
def static_file(name: str) -> FileResponse:
    """Serve one of the files."""
    if name not in _NAMES:
        raise NotFoundError(f"There is no file /console/static/{name}.")
    return FileResponse(_FOLDER / name, headers={"cache-control": "no-cache"})
