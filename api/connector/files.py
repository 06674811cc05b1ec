"""Copies the connector's files to where `clasp push` wants them: one flat folder."""

import shutil
from pathlib import Path

from api.errors import ConflictError, NotFoundError

CONNECTOR = Path(__file__).parent.parent.parent / "apps_script"


def export_connector(folder: Path, *, bigquery: bool = False) -> list[Path]:
    """Write a manifest and the scripts into a folder; a file of another kind there is never touched.

    With `bigquery` it is the manifest by which charts are answered with queries instead of rows.
    """
    manifest = CONNECTOR / ("appsscript.bigquery.json" if bigquery else "appsscript.json")
    sources = [manifest, *sorted((CONNECTOR / "src").glob("*.js"))]
    missing = [path for path in sources if not path.is_file()]
    if missing or len(sources) == 1:
        raise NotFoundError(f"The connector's files are not in {CONNECTOR}. Run this from a whole checkout.")
    if folder.exists() and not folder.is_dir():
        raise ConflictError(f"{folder} is a file, not a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    names = {manifest: "appsscript.json"}
    return [Path(shutil.copyfile(path, folder / names.get(path, path.name))) for path in sources]
