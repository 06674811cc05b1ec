"""The pages of usage and of errors: who asked what and how it was answered, and what each error means."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from api.console.render import page
from api.console.sessions import VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.explanations import explanations
from api.people.roles import Permission, needs
from api.usage.overview import DaySums, span_of, usage_of

router = APIRouter(prefix="/console", include_in_schema=False, dependencies=[needs(Permission.OPERATE)])

_SPANS = {"1": "Today", "7": "7 days", "30": "30 days"}
_SHOWN = 200
_WIDTH, _HEIGHT, _GAP = 720, 120, 4  # of the drawing of days, in its own units


@router.get("/usage")
def usage(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show who asked what, narrowed to a dataset or asker if the address names one, and the newest questions."""
    workspace = chosen_workspace(request, visitor)
    given = {name: request.query_params.get(name, "") for name in ("days", "dataset", "asker", "only")}
    days = given["days"] if given["days"] in _SPANS else "30"
    span = span_of(int(days), given["dataset"] or None, given["asker"] or None)
    everyone = usage_of(world, workspace, span_of(30), 0)
    found = usage_of(world, workspace, span, _SHOWN, only_errors=given["only"] == "errors")
    texts = world.model_of(workspace.slug).texts.english
    return page(
        world,
        "usage.html",
        visitor=visitor,
        workspace=workspace,
        here="/console/usage",
        usage=found,
        bars=_bars(found.days),
        size=(_WIDTH, _HEIGHT),
        spans=_SPANS,
        given=given | {"days": days},
        datasets=[one.dataset for one in everyone.datasets if one.dataset],
        askers=[one.asker for one in everyone.askers],
        labels={name: one.label for name, one in texts.datasets.items()},
        fields={name: one.label for name, one in {**texts.dimensions, **texts.metrics}.items()},
        shown=_SHOWN,
    )


@router.get("/errors")
def errors(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Explain every code, and tell how often this workspace met it in the last thirty days."""
    workspace = chosen_workspace(request, visitor)
    met = {one.code: one.requests for one in usage_of(world, workspace, span_of(30), 0).errors}
    known = sorted(explanations().values(), key=lambda one: (-met.get(one.code, 0), one.code))
    return page(
        world, "errors.html", visitor=visitor, workspace=workspace, here="/console/errors", known=known, met=met
    )


@dataclass(frozen=True)
class Bar:
    """One day in the drawing: where its column stands, and how high it and its refused part are."""

    day: DaySums
    left: float
    width: float
    height: float
    refused: float


def _bars(days: Sequence[DaySums]) -> list[Bar]:
    highest = max((one.requests for one in days), default=0) or 1
    step = _WIDTH / max(len(days), 1)
    return [
        Bar(
            one,
            round(place * step + _GAP / 2, 1),
            round(min(step - _GAP, 60), 1),
            # A day with a single request among thousands is seen too.
            max(round(one.requests / highest * _HEIGHT, 1), 2 if one.requests else 0),
            round(one.errors / highest * _HEIGHT, 1),
        )
        for place, one in enumerate(days)
    ]
