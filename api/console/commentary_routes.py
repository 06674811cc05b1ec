"""The pages of commentary: what was written, and the editor that knows the numbers."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.console.forms import day_of
from api.console.render import go_to, pages_at
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import InvalidSettingError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from api.writing.amounts import shown_amount
from api.writing.commentary import MOST_TEXT, Commentaries, Entry
from api.writing.facts import FactValue
from api.writing.markdown import to_html
from api.writing.places import chosen_client, may_write_about
from api.writing.writing_commentary import Spot, commentary_items, labels_of, spot_of, values_at, write
from looker_templates import in_english
from schemas import FieldType

router = APIRouter(include_in_schema=False, dependencies=[needs(Permission.WRITE)])

_HERE = "/console/commentary"
_page = pages_at(_HERE)
_LANGUAGES = {"": "everyone", "en": "English", "pt": "Portuguese", "es": "Spanish", "ro": "Romanian", "el": "Greek"}
_LANGUAGES |= {"zh-Hans": "Chinese"}


@router.get(_HERE)
def texts(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List what readers see, and choose a report to write about."""
    caller = caller_at(request, world, visitor)
    slug = request.query_params.get("client") or ""
    mine = chosen_client(caller, slug).id if slug else None
    with world.metadata.read() as session:
        found = Commentaries(session, caller.workspace.id).newest(client_account_id=mine)
        templates = Library(session, caller.workspace.id).templates()
    titles = {name: in_english(one.title) for name, one in templates.items() if commentary_items(one)}
    names = {one.id: one.name for one in caller.clients}
    shown = [
        (one, names.get(one.place.client_account_id or "", "All clients"), _editor(caller, one), _clean(one))
        for one in found
        if may_write_about(caller, one.place.client_account_id)
    ]
    start, end = _last_month(caller)
    values = {"shown": shown, "titles": titles, "start": start, "end": end, "client": slug}
    said = request.query_params.get("said", "")
    return _page(world, visitor, caller, "commentary.html", said=said, **values)


@router.get("/console/reports/{template_id}/commentary")
def from_report(template_id: str, request: Request, _visitor: VisitorDep) -> Response:
    """Go on to the editor from the place in a report where the text is missing."""
    kept = {key: value for key, value in request.query_params.items() if key in ("client", "from", "to", "item")}
    return go_to(f"{_HERE}/write?{urlencode({'template': template_id, **kept})}")


@router.get(f"{_HERE}/write")
def editor(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the editor for the place that the address names."""
    caller = caller_at(request, world, visitor)
    spot = _spot(world, caller, dict(request.query_params))
    with world.metadata.read() as session:
        current = Commentaries(session, caller.workspace.id).current(spot.place)
    said = request.query_params.get("said", "")
    return _editor_page(world, visitor, caller, spot, "" if current is None else current.text, said=said)


@router.post(f"{_HERE}/write")
async def save(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep the text, or say which of its numbers disagree with the data."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        spot, text = _spot(world, caller, form), form.get("text", "")
        author, anyway = visitor.person.name or visitor.person.email, form.get("anyway") == "yes"
        try:
            wrong = write(world, caller, spot, text, author, anyway=anyway)
        except InvalidSettingError as error:
            return _editor_page(world, visitor, caller, spot, text, wrong=str(error))
        if wrong:
            return _editor_page(world, visitor, caller, spot, text, doubts=wrong)
        return go_to(f"{_HERE}/write?{urlencode({**_address(caller, spot), 'said': 'written'})}")

    return await run_in_threadpool(work)


def _editor_page(
    world: World,
    visitor: Visitor,
    caller: Caller,
    spot: Spot,
    text: str,
    *,
    doubts: list[str] | None = None,
    wrong: str = "",
    said: str = "",
) -> Response:
    with world.metadata.read() as session:
        history = Commentaries(session, caller.workspace.id).history(spot.place)
    values = values_at(world, caller, spot)
    labels = labels_of(world.model_of(caller.workspace.slug), values)
    currency = _currency(caller, spot)
    return _page(
        world,
        visitor,
        caller,
        "commentary_write.html",
        spot=spot,
        title=in_english(spot.report.title),
        items=commentary_items(spot.report),
        address=_address(caller, spot),
        hint=in_english(spot.item.placeholder) if spot.item.placeholder else "",
        facts=[_fact(one, labels, currency) for one in values],
        text=text,
        most=MOST_TEXT,
        doubts=doubts or [],
        wrong=wrong,
        said=said,
        languages=_LANGUAGES,
        history=[(one, _clean(one)) for one in history],
    )


def _fact(one: FactValue, labels: dict[str, list[str]], currency: str) -> tuple[str, str, str, str]:
    label = next(iter(labels.get(one.metric, ())), one.metric)
    if one.change is None:
        change = "–"
    elif one.kind is FieldType.PERCENT:
        change = f"{one.change * 100:+.1f} points"
    else:
        change = f"{one.change:+.0f} points" if one.in_points else f"{one.change * 100:+.1f} %"
    return label, shown_amount(one.value, one.kind, currency), change, shown_amount(one.target, one.kind, currency)


def _clean(one: Entry) -> Markup:
    # What the parser and the cleaner have made is safe to show as it is.
    return Markup(to_html(one.text))  # noqa: S704


def _spot(world: World, caller: Caller, given: dict[str, str]) -> Spot:
    start, end = _last_month(caller)
    if given.get("from"):
        start = day_of(given["from"], "The first day")
    if given.get("to"):
        end = day_of(given["to"], "The last day")
    place = (given.get("client", ""), start, end, given.get("locale", ""))
    spot = spot_of(world, caller, given.get("template", ""), given.get("item", ""), place)
    if not may_write_about(caller, spot.place.client_account_id):
        raise NotFoundError("Choose one of your client accounts: you see some of the workspace only.")
    return spot


def _address(caller: Caller, spot: Spot) -> dict[str, str]:
    place = spot.place
    client = next((one.slug for one in caller.clients if one.id == place.client_account_id), "")
    named = {"template": place.template, "item": place.item, "client": client}
    return {**named, "from": place.start.isoformat(), "to": place.end.isoformat(), "locale": place.locale}


def _editor(caller: Caller, entry: Entry) -> str:
    place = entry.place
    client = next((one.slug for one in caller.clients if one.id == place.client_account_id), "")
    named = {"template": place.template, "item": place.item, "client": client, "locale": place.locale}
    return f"{_HERE}/write?{urlencode({**named, 'from': place.start.isoformat(), 'to': place.end.isoformat()})}"


def _currency(caller: Caller, spot: Spot) -> str:
    wanted = spot.place.client_account_id
    currencies = {one.report_currency for one in caller.clients if wanted in (None, one.id)}
    return currencies.pop() if len(currencies) == 1 else caller.workspace.currency


def _last_month(caller: Caller) -> tuple[date, date]:
    today = datetime.now(UTC).astimezone(ZoneInfo(caller.workspace.timezone)).date()
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end
