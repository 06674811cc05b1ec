"""The page of the audit log: searched by person, action, object and days; as CSV too."""

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from api.audit.asking import search_of
from api.audit.naming import names_of
from api.audit.reading import PAGE, Search, entries, every_entry
from api.audit.records import Action, Entry
from api.console.render import page
from api.console.sessions import VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import MalformedRequestError
from api.people.roles import Permission, needs
from api.world import World

router = APIRouter(prefix="/console", include_in_schema=False, dependencies=[needs(Permission.OPERATE)])

_COLUMNS = ("sequence", "at", "actor_kind", "actor_id", "action", "object_id", "address", "result", "request_id")
_LINES = 500


@router.get("/audit")
def log(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the lines that are looked for, the newest first."""
    workspace, wrong = chosen_workspace(request, visitor), ""
    given = {name: value for name, value in request.query_params.items() if value}
    try:
        search = search_of(request)
    except MalformedRequestError as error:
        search, wrong = Search(), str(error)
    with world.metadata.read() as session:
        found = [] if wrong else entries(session, workspace.id, search)
        names = names_of(session, workspace.id)
    kept = {name: value for name, value in given.items() if name not in {"before", "limit"}}
    older = urlencode({**kept, "before": found[-1].sequence}) if len(found) >= PAGE else ""
    return page(
        world,
        "audit.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if wrong else 200,
        here="/console/audit",
        lines=found,
        names=names,
        actions=[(one.value, _words(one.value)) for one in Action],
        words=_words,
        given=dict.fromkeys(("actor", "action", "object", "first", "last"), "") | given,
        query=urlencode(kept),
        older=older,
        wrong=wrong,
    )


@router.get("/audit.csv")
def as_csv(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Give every line that is looked for as a CSV file."""
    workspace, search = chosen_workspace(request, visitor), search_of(request)
    headers = {"content-disposition": 'attachment; filename="audit.csv"', "cache-control": "private, no-store"}
    return StreamingResponse(_rows(world, workspace.id, search), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(world: World, workspace_id: str, search: Search) -> Iterator[str]:
    yield "\ufeff" + _text([_COLUMNS])
    with world.metadata.read() as session:
        part: list[tuple[str, ...]] = []
        for one in every_entry(session, workspace_id, search):
            part.append(tuple(_cell(one, name) for name in _COLUMNS))
            if len(part) >= _LINES:
                yield _text(part)
                part = []
        yield _text(part)


def _cell(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    text = "" if value is None else entry.at.isoformat() if name == "at" else str(value)
    # A spreadsheet would take these for a formula; a request id is whatever the caller sent.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _text(lines: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
