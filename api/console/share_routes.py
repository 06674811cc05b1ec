"""The pages of share links: the list, and making one for a report."""

from collections.abc import Mapping
from datetime import date
from html import escape

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.forms import day_of
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, caller_at, chosen_workspace
from api.dependencies import WorldDep
from api.errors import InvalidSettingError, MalformedRequestError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.reports.choices import read_choices
from api.shares.links import list_shares, make_share, revoke_share
from api.shares.records import Share, ShareKind
from api.shares.wishes import ShareWish, checked, hidden_parts
from api.templates.library import Library
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from looker_templates import DropdownControl, Report, in_english
from schemas import SemanticModel

router = APIRouter(prefix="/console", include_in_schema=False, dependencies=[needs(Permission.SHARE)])

_HERE = "/console/shares"
_NOT_SET = "(not set)"
_REFUSED = (InvalidSettingError, MalformedRequestError, NotFoundError)
_KINDS = {ShareKind.LINK: "Anybody with the link", ShareKind.PERSON: "People who sign in", ShareKind.EMBED: "Embedded"}


@router.get("/shares")
def shares(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the links: what each shows, to whom, until when, and how often it was opened."""
    caller = caller_at(request, world, visitor)
    with world.metadata.read() as session:
        templates = Library(session, caller.workspace.id).templates()
    titles = {one.id: in_english(one.title) for one in templates.values()}
    names = {one.id: one.name for one in caller.clients}
    listed = [_listed(one, titles, names) for one in list_shares(world.metadata, caller.workspace.id)]
    return page(world, "shares.html", visitor=visitor, workspace=caller.workspace, here=_HERE, listed=listed)


@router.post("/shares/{share_id}/revoke")
async def revoke(share_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """End a link now."""
    workspace = chosen_workspace(request, visitor)
    await run_in_threadpool(revoke_share, world.metadata, workspace.id, share_id)
    return go_to(_HERE)


@router.get("/reports/{template_id}/share")
def sharing(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a new link, filled in with what the reader was looking at."""
    caller, choices = caller_at(request, world, visitor), read_choices(request.query_params.multi_items())
    given = {"kind": "link", "days": "30"}
    if choices.client:
        given[f"client.{choices.client}"] = "yes"
    if choices.days is not None:
        given |= {"first": choices.days[0].isoformat(), "last": choices.days[1].isoformat()}
    for name, values in choices.filters.items():
        given[f"f.{name}"] = "\n".join(_NOT_SET if one is None else one for one in values)
    return _page(world, visitor, caller, template_id, given)


@router.post("/reports/{template_id}/share")
async def share(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Make the link and show it, this one time."""
    caller = await run_in_threadpool(caller_at, request, world, visitor)
    return await run_in_threadpool(_made, world, visitor, caller, template_id, form)


def _made(world: World, visitor: Visitor, caller: Caller, template_id: str, form: Mapping[str, str]) -> Response:
    report, model = _report(world, caller, template_id), world.model_of(caller.workspace.slug)
    try:
        wish = _wish(form)
        new = checked(caller, report, model, wish)
        made, token = make_share(world.metadata, caller.workspace.id, new, visitor.person.email)
    except _REFUSED as error:
        return _page(world, visitor, caller, template_id, form, wrong=str(error))
    address = f"{world.settings.address}/s/{token}"
    hidden = hidden_parts(report, made.filters)
    labels = model.texts.english.datasets
    values: dict[str, object] = {
        "address": address,
        "snippet": f'<iframe src="{escape(address)}" title="{escape(in_english(report.title))}" width="100%" '
        'height="900" loading="lazy"></iframe>',
        "made": made,
        "hidden": [labels[one].label if one in labels else one for one in hidden],
        "report": report,
        "english": in_english,
    }
    return page(world, "share_made.html", visitor=visitor, workspace=caller.workspace, status=200, here=_HERE, **values)


def _page(
    world: World, visitor: Visitor, caller: Caller, template_id: str, given: Mapping[str, str], wrong: str = ""
) -> Response:
    report, model = _report(world, caller, template_id), world.model_of(caller.workspace.slug)
    values: dict[str, object] = {
        "report": report,
        "english": in_english,
        "clients": caller.clients,
        "given": {**given, "password": ""},
        "wrong": wrong,
        "kinds": _KINDS,
        "dimensions": _dimensions(report, model, given),
        "not_set": _NOT_SET,
        "fixes": bool(given.get("first") or any(name.startswith("f.") and text for name, text in given.items())),
    }
    status = 422 if wrong else 200
    return page(
        world, "share_new.html", visitor=visitor, workspace=caller.workspace, status=status, here=_HERE, **values
    )


def _dimensions(report: Report, model: SemanticModel, given: Mapping[str, str]) -> dict[str, str]:
    """Return the dimensions that can be fixed: those of the report's lists, and those in the address."""
    listed = [one.dimension for one in report.controls if isinstance(one, DropdownControl) and one.dimension]
    asked = [name[2:] for name in given if name.startswith("f.")]
    texts = model.texts.english.dimensions
    return {name: texts[name].label for name in dict.fromkeys([*listed, *asked]) if name in texts}


def _wish(form: Mapping[str, str]) -> ShareWish:
    filters = {}
    for name, text in form.items():
        lines = [line.strip() for line in text.splitlines() if line.strip()] if name.startswith("f.") else []
        if lines:
            filters[name[2:]] = tuple(None if line == _NOT_SET else line for line in dict.fromkeys(lines))
    days = form.get("days", "").strip()
    if days and not days.isdecimal():
        raise InvalidSettingError("Write in how many days the link ends, as a whole number.")
    kind = form.get("kind", "")
    return ShareWish(
        kind=kind,
        name=form.get("name", ""),
        clients=tuple(name.removeprefix("client.") for name in form if name.startswith("client.")),
        filters=filters,
        first=_day(form, "first", "The first day"),
        last=_day(form, "last", "The last day"),
        days=int(days) if days else None,
        password=form.get("password", "") if kind == ShareKind.LINK else "",
        ancestors=form.get("ancestors", ""),
    )


def _day(form: Mapping[str, str], name: str, label: str) -> date | None:
    return day_of(form[name], label) if form.get(name, "").strip() else None


def _listed(share: Share, titles: Mapping[str, str], names: Mapping[str, str]) -> dict[str, object]:
    filters = [(name.replace("_", " "), values) for name, values in share.filters.items()]
    fixed = [f"{name}: {', '.join(one or _NOT_SET for one in values)}" for name, values in filters]
    if share.dates:
        fixed.append(f"{share.dates[0]:%-d %b %Y} to {share.dates[1]:%-d %b %Y}")
    over = share.expires_at is not None and share.expires_at <= now()
    gone = "a client that is gone"
    clients = ["All clients"] if share.clients is None else [names.get(one, gone) for one in share.clients]
    return {
        "share": share,
        "title": titles.get(share.template_id, share.template_id),
        "clients": clients,
        "kind": _KINDS[share.kind],
        "fixed": fixed,
        "state": "revoked" if share.revoked_at else "expired" if over else "works",
    }


def _report(world: World, caller: Caller, template_id: str) -> Report:
    with world.metadata.read() as session:
        return Library(session, caller.workspace.id).template(template_id)
