"""Writes commentary: finds its place in a report, checks its numbers, keeps it, and reads it for reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.errors import InvalidSettingError, NotFoundError
from api.people.scope import caller_for
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from api.writing.checking import disagreements
from api.writing.commentary import MOST_TEXT, Commentaries, Entry, Place, entries_about
from api.writing.facts import FactValue, fact_values, kept
from looker_templates import Commentary, PageState, Report, UnknownTemplateError
from schemas import SemanticModel


@dataclass(frozen=True)
class Spot:
    """A commentary item of a report, for a client account or all, in a period."""

    report: Report
    item: Commentary
    place: Place


def spot_of(world: World, caller: Caller, template: str, item: str, place: tuple[str, date, date, str]) -> Spot:
    """Return the spot that is named by client slug (empty: all), first and last day and locale; else NotFoundError."""
    slug, start, end, locale = place
    with world.metadata.read() as session:
        report = Library(session, caller.workspace.id).template(template)
    listed = commentary_items(report)
    found = next((one for one in listed if item in ("", one.id)), None)
    if found is None:
        raise NotFoundError(f"The report has no commentary '{item[:60]}'.")
    if end < start:
        raise InvalidSettingError("The last day lies before the first one.")
    client = next((one for one in caller.clients if one.slug == slug), None)
    if slug and client is None:
        raise NotFoundError(f"There is no client account '{slug[:100]}' for you.")
    return Spot(report, found, Place(template, found.id, client.id if client else None, start, end, locale[:16]))


def commentary_items(report: Report) -> list[Commentary]:
    """Return the places of a report that people write into."""
    return [one for one in report.items if isinstance(one, Commentary)]


def values_at(world: World, caller: Caller, spot: Spot) -> list[FactValue]:
    """Return the numbers that the text at a spot speaks of, as they are now."""
    slug = next((one.slug for one in caller.clients if one.id == spot.place.client_account_id), None)
    state = PageState(workspace=caller.workspace.slug, start=spot.place.start, end=spot.place.end, client=slug)
    return fact_values(world, caller, spot.report, spot.item, state) if spot.item.facts else []


def write(world: World, caller: Caller, spot: Spot, text: str, author: str, *, anyway: bool = False) -> list[str]:
    """Keep a text, or return what in it disagrees with the data; `anyway` keeps it all the same."""
    if len(text) > MOST_TEXT:
        raise InvalidSettingError(f"The text may have {MOST_TEXT:,} letters at most; it has {len(text):,}.")
    values = values_at(world, caller, spot)
    wrong = disagreements(text, values, labels_of(world.model_of(caller.workspace.slug), values))
    if wrong and not anyway:
        return wrong
    with world.metadata.write() as session:
        Commentaries(session, caller.workspace.id).put(spot.place, text, author, kept(values))
    return []


def shown_entries(
    world: World, caller: Caller, template: str, client: str | None, days: tuple[date, date], locale: str = ""
) -> list[Entry]:
    """Return what a reader sees: texts about one client account, or those about all if the reader sees all."""
    caller = caller_for(caller, template)
    mine = [one for one in caller.clients if one.slug == client]
    if client is not None and not mine:
        raise NotFoundError(f"There is no client account '{client[:100]}' for you.")
    about = mine or (caller.clients if caller.narrowed else None)
    with world.metadata.read() as session:
        return entries_about(Commentaries(session, caller.workspace.id), about, template, days, locale)


def facts_now(world: World, caller: Caller, entry: Entry) -> list[dict[str, object]]:
    """Return the facts of an entry with the value at writing and the value now, each as the report shows it."""
    place = entry.place
    slug = next((one.slug for one in caller.clients if one.id == place.client_account_id), "")
    values: Mapping[tuple[str, str], FactValue] = {}
    if entry.facts:
        try:
            spot = spot_of(world, caller, place.template, place.item, (slug, place.start, place.end, place.locale))
            values = {(one.metric, one.show): one for one in values_at(world, caller, spot)}
        except (NotFoundError, UnknownTemplateError):
            values = {}  # The template has changed since.
    return [{**one, "now": _shown(values, one)} for one in entry.facts]


def labels_of(model: SemanticModel, values: Sequence[FactValue]) -> dict[str, list[str]]:
    """Return what each metric is called in every language, English first."""
    texts = [model.texts.served(language) for language in model.texts.languages]
    names = {one.metric for one in values if one.metric in model.metrics}
    return {name: list(dict.fromkeys(one.of(name).label for one in texts)) for name in names}


def _shown(values: Mapping[tuple[str, str], FactValue], one: Mapping[str, object]) -> float | None:
    found = values.get((str(one["metric"]), str(one["show"])))
    return None if found is None else found.shown
