"""A whole report as texts, cells and pictures: its data asked for, and every item made by the viewer's own script."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

from api.catalog.answers import units
from api.reports.asking import Answers, Refusal, ask_all, key_of
from api.reports.kept import answers_of
from api.reports.layout import Box, Leaf, leaves_of
from api.reports.standing import Standing
from api.reports.theme import Palette
from api.reports.typefaces import SCREEN_FONT, families
from api.workspaces.records import Caller
from api.world import World
from looker_templates import (
    ALL_TIME,
    Ask,
    Commentary,
    DataRequest,
    Item,
    PageState,
    Press,
    Words,
    extent_request,
    item_metrics,
)

Part: TypeAlias = Mapping[str, object]
Comments: TypeAlias = Mapping[str, Sequence[Mapping[str, object]]]  # what people wrote, by item


@dataclass(frozen=True)
class Sheets:
    """The report, ready to be written: leaves with boxes, what stands in each box, and the words around them."""

    leaves: tuple[Leaf, ...]
    parts: Mapping[str, Part]
    words: Mapping[str, object]
    data_until: str


@dataclass(frozen=True)
class _Given:
    """Answers to everything that was asked."""

    answers: Answers
    asks: Mapping[str, list[Ask]]

    def refusal(self, item: Item) -> Refusal | None:
        found = (self.answers[key_of(ask.body)] for ask in self.asks.get(item.id, ()))
        return next((one for one in found if isinstance(one, Refusal)), None)


def make_sheets(
    world: World,
    caller: Caller,
    standing: Standing,
    palette: Palette,
    comments: Comments,
    *,
    only: Collection[str] | None = None,
    place: Callable[[Collection[str]], list[Leaf]] | None = None,
    press: Press | None = None,
    screen: Mapping[str, object] | None = None,
) -> Sheets:
    """Ask for the data and draw; `only` names the items that are wanted, `place` says where they stand.

    `screen` is what a SheetJob says of a page on the screen: there, the height of a picture is that of its card's
    inside, which it shares with notes and events.
    """
    report = standing.report
    lay = place or (lambda hidden: leaves_of(report, hidden))
    items = [box.item for box in _boxes(lay(())) if only is None or box.item.id in only]
    lacking = {item.id: fields for item in items if (fields := _lacking(world, standing, item))}
    asks = {item.id: standing.asks(item) for item in items if item.id not in lacking}
    until = _until_body(standing) if screen is None else None
    bodies = [ask.body for several in asks.values() for ask in several]
    answers = answers_of(world, caller, standing, [*bodies, *([until] if until else [])])
    given = _Given(answers, asks)
    never = _never(world, caller, standing, [item for item in items if item.id in asks], given)
    hidden = {item.id for item in items if item.if_missing == "hide" and (item.id in lacking or item.id in never)}
    leaves = tuple(lay(hidden))
    data_until = _last_day(answers.get(key_of(until)) if until else None)
    boxes = [box for box in _boxes(leaves) if only is None or box.item.id in only]
    job = _job(world, standing, palette, data_until)
    job["items"] = [{**_wanted(box, given, comments), "whole": screen is not None} for box in boxes]
    if screen is not None:
        job |= {"screen": screen, "font": SCREEN_FONT}
    made = (press or world.press).sheet(job)
    parts = {str(part["id"]): part for part in _list(made["items"])}
    for item in items:
        refused = given.refusal(item)
        if item.id in lacking or refused is not None:
            told = ", ".join(lacking.get(item.id, ())) if refused is None else refused.text
            parts[item.id] = {**parts[item.id], "failed": refused is not None, "told": told, "lacks": refused is None}
    words = made["words"]
    assert isinstance(words, dict)
    return Sheets(leaves, parts, words, data_until)


def _boxes(leaves: Iterable[Leaf]) -> list[Box]:
    return [box for leaf in leaves for line in leaf.lines for box in line.boxes]


def _list(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def _lacking(world: World, standing: Standing, item: Item) -> list[str]:
    """Name the fields that the item's dataset does not have here; they cannot even be asked for."""
    if isinstance(item, Words):
        return []
    known: list[str] = []
    for ask in standing.asks(item):
        fields = _fields(world, standing, ask.body["configParams"]["dataset"], comparison=True)
        known += [one["name"] for one in ask.body["fields"] if one["name"] not in fields]
    return list(dict.fromkeys(known))


def _fields(world: World, standing: Standing, dataset: str, *, comparison: bool) -> Mapping[str, Mapping[str, object]]:
    selection = standing.selection
    model = world.model_of(selection.workspace.slug)
    language = world.model.texts.served(standing.locale).language
    return world.fields(model, dataset, selection.money, language, comparison=comparison)


def _never(world: World, caller: Caller, standing: Standing, items: Iterable[Item], given: _Given) -> set[str]:
    """Name the items that have no value in any period, of those that are left out then."""
    empty = [one for one in items if one.if_missing == "hide" and _is_void(one, given)]
    if not empty:
        return set()
    state: PageState = standing.state
    ever = replace(state, start=ALL_TIME[0], end=ALL_TIME[1], filters={}, searches={}, ranges={})
    always = replace(standing, state=ever)
    asks = {item.id: always.asks(item)[:1] for item in empty}
    found = _Given(ask_all(world, caller, [ask.body for several in asks.values() for ask in several]), asks)
    return {item.id for item in empty if _is_void(item, found)}


def _is_void(item: Item, given: _Given) -> bool:
    """Tell whether the main answer has no row with a value, or no value of its first dimension."""
    asks = given.asks.get(item.id, [])
    if isinstance(item, Commentary | Words) or not asks or asks[0].purpose != "main":
        return False
    answer = given.answers[key_of(asks[0].body)]
    if isinstance(answer, Refusal):
        return False
    names = [one["name"] for one in _list(answer["schema"])]
    rows = [list(_list(row["values"])) for row in _list(answer["rows"])]
    metrics = [names.index(name) for name in item_metrics(item)[: len(item.metrics)] if name in names]
    filled = [row for row in rows if not metrics or any(_has(row[at]) for at in metrics)]
    dimension = next(iter(getattr(item, "dimensions", [])), None)
    if not filled or dimension not in names:
        return not filled
    return all(not _has(row[names.index(dimension)]) for row in filled)


def _has(value: object) -> bool:
    return value is not None and value != ""


def _until_body(standing: Standing) -> DataRequest | None:
    """Ask which days have data: of the first source with days, it speaks for the report."""
    report, state = standing.report, replace(standing.state, filters={}, searches={}, ranges={})
    for item in report.data_items:
        if item.source and item.metrics and report.sources[item.source].has("date_day"):
            return extent_request(report, item.source, "date_day", item.metrics[0], state)
    return None


def _last_day(answer: object) -> str:
    if not isinstance(answer, Mapping):
        return ""
    days = [str(row["values"][0]) for row in _list(answer["rows"]) if _has(row["values"][0])]  # type: ignore[index]
    last = max(days, default="")
    return f"{last[:4]}-{last[4:6]}-{last[6:8]}" if len(last) == 8 else ""


def _job(
    world: World,
    standing: Standing,
    palette: Palette,
    data_until: str,
) -> dict[str, object]:
    """Write the SheetJob of viewer/src/sheet.ts, but for its items."""
    report, state = standing.report, standing.state
    datasets = dict.fromkeys(source.dataset for source in report.sources.values())
    schemas = [(name, list(_fields(world, standing, name, comparison=False).values())) for name in datasets]
    return {
        "report": report.model_dump(mode="json", exclude_none=True),
        "locale": standing.locale,
        "schemas": schemas,
        "units": units(world.model_of(standing.selection.workspace.slug), standing.locale)["metrics"],
        "clients": [
            {"slug": one.slug, "name": one.name, "currency": one.report_currency} for one in standing.selection.clients
        ],
        "state": {**asdict(state), "today": state.today},
        "today": state.today,
        "theme": asdict(palette),
        "font": families(standing.locale, standing.font),
        "client": standing.client_name,
        "compared": standing.compared,
        "zone": standing.zone,
        "dataUntil": data_until or None,
        "asReported": standing.reported_on,
    }


def _wanted(box: Box, given: _Given, comments: Comments) -> dict[str, object]:
    answers = [] if given.refusal(box.item) else [
        {"purpose": ask.purpose, "answer": given.answers[key_of(ask.body)]} for ask in given.asks.get(box.item.id, ())
    ]  # fmt: skip
    return {
        "id": box.item.id,
        "answers": answers,
        "width": box.plot_width,
        "height": box.plot_height,
        "bare": box.item.type == "donut",
        "comments": comments.get(box.item.id, []),
    }
