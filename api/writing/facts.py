"""The numbers that a commentary speaks of, asked for as the report itself asks for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.reports.asking import Answers, Refusal, ask_all, key_of
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Ask, Commentary, PageState, Report, item_requests
from schemas import FieldType

_SCORE = frozenset({"nps_score", "nps_score_90d"})  # their changes are points, as those of percentages


@dataclass(frozen=True)
class FactValue:
    """One number with what it can be compared with; None is what there is not."""

    metric: str
    show: str  # value, change or goal
    kind: FieldType
    value: float | None
    earlier: float | None
    target: float | None

    @property
    def change(self) -> float | None:
        """Return the change: in points of a percentage or score, else as a share of what was before."""
        if self.value is None or self.earlier is None:
            return None
        if self.in_points:
            return self.value - self.earlier
        return None if self.earlier == 0 else (self.value - self.earlier) / abs(self.earlier)

    @property
    def in_points(self) -> bool:
        """Tell whether changes are told in points."""
        return self.kind is FieldType.PERCENT or self.metric in _SCORE

    @property
    def shown(self) -> float | None:
        """Return the number that a report shows beside the text."""
        return self.change if self.show == "change" else self.value


def fact_values(world: World, caller: Caller, report: Report, item: Commentary, state: PageState) -> list[FactValue]:
    """Return the item's numbers in a period, each with the earlier one and the goal; call it from a worker thread."""
    facts = [fact.model_copy(update={"show": show}) for fact in item.facts for show in ("change", "goal")]
    wide = item.model_copy(update={"facts": facts})
    asks = item_requests(_with_item(report, item, wide), wide, state)
    answers = ask_all(world, caller, [ask.body for ask in asks])
    numbers = _numbers(asks, answers)
    metrics = world.model_of(caller.workspace.slug).metrics
    found = []
    for place, fact in enumerate(item.facts):
        # For each fact: its value and the earlier one, its value once more and the goal.
        value, earlier, _, target = numbers[4 * place : 4 * place + 4]
        kind = metrics[fact.metric].type if fact.metric in metrics else FieldType.NUMBER
        found.append(FactValue(fact.metric, fact.show, kind, value, earlier, target))
    return found


def _with_item(report: Report, old: Commentary, new: Commentary) -> Report:
    """Return the report with an item in the place of another: requests follow from where an item stands."""
    pages = [
        page.model_copy(
            update={
                "rows": [
                    row.model_copy(update={"items": [new if one == old else one for one in row.items]})
                    for row in page.rows
                ]
            }
        )
        for page in report.pages
    ]
    return report.model_copy(update={"pages": pages})


def kept(values: Iterable[FactValue]) -> list[dict[str, object]]:
    """Return the numbers as they are stored with a text."""
    return [{"metric": one.metric, "show": one.show, "value": one.shown} for one in values]


def _numbers(asks: Sequence[Ask], answers: Answers) -> list[float | None]:
    return [_number(answers, ask) for ask in asks]


def _number(answers: Answers, ask: Ask) -> float | None:
    answer = answers.get(key_of(ask.body))
    if answer is None or isinstance(answer, Refusal):
        return None
    rows = answer["rows"]
    assert isinstance(rows, list)
    value = rows[0]["values"][0] if rows else None
    return None if value in (None, "") else float(value)  # durations travel as text
