"""What the demo says about its own numbers: a short text in each report, made of facts and checked like any other."""

from typing import TYPE_CHECKING

from api.writing.amounts import shown_amount
from schemas import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.workspaces.records import Caller, Workspace
    from api.world import World
    from api.writing.facts import FactValue
    from looker_templates import Report

AUTHOR = "Demo"
_STEADY = 0.005  # a change under half a per cent is none
_END = "*The demo wrote this from the numbers of the period. Write your own in its place.*"


def write_demo_commentary(world: "World", workspace: "Workspace") -> int:
    """Write about all client accounts and about the first, where nothing is written yet; return how many texts."""
    from api.workspaces.records import Caller
    from api.workspaces.repository import Repository
    from api.writing.writing_commentary import commentary_items
    from looker_templates import load_templates

    with world.metadata.read() as session:
        clients = tuple(Repository(session).client_accounts(workspace.id))
    caller = Caller("demo", AUTHOR, workspace, clients, narrowed=False, admin=True)
    reports = [one for one in load_templates().values() if commentary_items(one)]
    places = [(one, slug) for slug in (None, *(client.slug for client in clients[:1])) for one in reports]
    return sum(_write(world, caller, report, slug) for report, slug in places)


def _write(world: "World", caller: "Caller", report: "Report", slug: str | None) -> int:
    from api.reports.choices import Choices
    from api.reports.standing import standing_of
    from api.writing.writing_commentary import (
        commentary_items,
        labels_of,
        shown_entries,
        spot_of,
        values_at,
        write,
    )

    standing = standing_of(world, caller, report, Choices(client=slug))
    state, currency = standing.state, standing.selection.money.currency
    days = (state.start, state.end)
    known = {one.place.item for one in shown_entries(world, caller, report.id, slug, days)}
    written = 0
    for item in commentary_items(report):
        if item.id in known:
            continue
        spot = spot_of(world, caller, report.id, item.id, (slug or "", *days, ""))
        values = values_at(world, caller, spot)
        names = {name: labels[0] for name, labels in labels_of(world.model_of(caller.workspace.slug), values).items()}
        text = "\n\n".join(_paragraphs(values, names, currency))
        # What disagrees with the data is not kept: the demo shows what the product demands of everybody.
        if text and not write(world, caller, spot, text, AUTHOR):
            written += 1
    return written


def _paragraphs(values: "list[FactValue]", names: "Mapping[str, str]", currency: str) -> "Iterator[str]":
    told = [sentence for one in values if (sentence := _sentence(one, names.get(one.metric, one.metric), currency))]
    if told:
        first, *others = told
        yield f"**{first}** {' '.join(others)}".strip()
        yield _END


def _sentence(one: "FactValue", name: str, currency: str) -> str:
    if one.value is None:
        return ""

    def amount(value: float) -> str:
        return _amount(value, one.kind, currency)

    value, goal = amount(one.value), "" if one.target is None else f", with a goal of {amount(one.target)}"
    change = one.change
    if change is None or one.earlier is None:
        return f"{name}: {value}{goal}."
    if abs(change) < _STEADY:
        return f"{name} stayed at {value}{goal}."
    return f"{name} {'rose' if change > 0 else 'fell'} from {amount(one.earlier)} to {value}{goal}."


def _amount(value: float, kind: FieldType, currency: str) -> str:
    """Write a time in one unit, which is how people say it."""
    if kind is not FieldType.DURATION:
        return shown_amount(value, kind, currency).replace(" %", "%")
    if abs(value) < 90:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min" if abs(value) < 5_400 else f"{value / 3_600:.1f} h"
