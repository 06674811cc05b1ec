"""Writes the connector's files to where `clasp push` wants them: one flat folder, in one of several builds."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from api.errors import ConflictError, MalformedRequestError, NotFoundError

CONNECTOR = Path(__file__).parent.parent.parent / "apps_script"

# Google's own library for sign-ins, by the script id under which it is published; a pinned version never changes.
LIBRARY = {
    "userSymbol": "OAuth2",
    "libraryId": "1B7FSrk5Zi6L1rSxxTDgDEUsPzlukDsi4KGuTMorsTQHhGBzBkMun4iDF",
    "version": "43",
}
_SEES_ADDRESS = "https://www.googleapis.com/auth/userinfo.email"
_ADDRESS = re.compile(r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:\d{1,5})?")
_CLIENT_ID = re.compile(r"bvi_[0-9a-f]{24}")


@dataclass(frozen=True)
class Build:
    """What is written: by default rows, with an address and a key that people paste.

    With `bigquery` charts are answered with queries. With `client_id` people sign in at `address` instead of pasting a
    key. With `viewers` each reader of a report signs in himself, and requests name him.
    """

    bigquery: bool = False
    client_id: str | None = None
    address: str = ""
    viewers: bool = False


def export_connector(folder: Path, build: Build | None = None) -> list[Path]:
    """Write a manifest and the scripts into a folder; a file of another kind there is never touched."""
    wanted = build or Build()
    texts = {"appsscript.json": _manifest(wanted), **_scripts(wanted)}
    if folder.exists() and not folder.is_dir():
        raise ConflictError(f"{folder} is a file, not a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    if wanted.client_id is None and (folder / "server.js").is_file():
        raise ConflictError(f"{folder} holds a copy with sign-in. Choose another folder for one with a key.")
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _manifest(build: Build) -> str:
    manifest = json.loads(_read(CONNECTOR / ("appsscript.bigquery.json" if build.bigquery else "appsscript.json")))
    section = manifest["dataStudio"]
    if build.client_id is not None:
        manifest["dependencies"]["libraries"] = [LIBRARY]
        section["authType"] = ["OAUTH2"]
        section["description"] = section["description"].replace(
            "You need the server's https address and an API key.", "You sign in with your account there."
        )
    if build.viewers:
        manifest["oauthScopes"].append(_SEES_ADDRESS)
        section["forceViewersCredentials"] = True
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _scripts(build: Build) -> dict[str, str]:
    found = {path.name: path for path in sorted((CONNECTOR / "src").glob("*.js"))}
    if build.client_id is not None:
        found |= {path.name: path for path in sorted((CONNECTOR / "sign_in").glob("*.js"))}
    if not found:
        raise _missing()
    texts = {name: _read(path) for name, path in found.items()}
    if build.client_id is not None:
        if not _CLIENT_ID.fullmatch(build.client_id):
            raise MalformedRequestError("The client id begins with bvi_. It is shown in the console, under Connectors.")
        if not _ADDRESS.fullmatch(build.address):
            raise MalformedRequestError(
                f"'{build.address[:100]}' cannot be signed in at. Give the public address, such as "
                "https://data.example.org, without a path."
            )
        places = {"PUT-THE-ADDRESS-HERE": build.address, "PUT-THE-CLIENT-ID-HERE": build.client_id}
        texts["server.js"] = _filled(texts["server.js"], places)
    if build.viewers:
        texts["viewer.js"] = _filled(texts["viewer.js"], {"NAMES_VIEWER_ = false": "NAMES_VIEWER_ = true"})
    return texts


def _filled(text: str, changes: dict[str, str]) -> str:
    """Return a script with what the build decides in it; a place that is missing is an error of ours."""
    for place, value in changes.items():
        if place not in text:
            raise NotFoundError(f"The connector's files are not as they should be: '{place}' is missing.")
        text = text.replace(place, value)
    return text


def _read(path: Path) -> str:
    if not path.is_file():
        raise _missing()
    return path.read_text(encoding="utf-8")


def _missing() -> NotFoundError:
    return NotFoundError(f"The connector's files are not in {CONNECTOR}. Run this from a whole checkout.")
