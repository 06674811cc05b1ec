"""Questions about any dataset, and about any of its metrics and dimensions."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st

from schemas.metrics import Balance
from tests.fuzz.offers import MODEL, combines, is_offered, may_be_asked, needed
from tests.schemas.random_rows import FIRST, LAST

COARSE = {"date_week": "week", "date_month": "month", "date_quarter": "quarter", "date_year": "year"}
DATASETS = tuple(MODEL.datasets)


@dataclass(frozen=True)
class Wide:
    """What a chart asks of a dataset, and by what more it is split to see whether its parts make it up."""

    dataset: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    days: tuple[date, date]
    more: str | None = None  # one dimension more; the day stands for the coarser dates of the chart
    pick: int = 0  # which of the values and conditions of that dimension are filtered by

    @property
    def is_promised(self) -> bool:
        """Say whether the catalogue promises these fields together."""
        return may_be_asked(self.dimensions, self.metrics)

    @property
    def adds_up(self) -> tuple[str, ...]:
        """Name the metrics whose parts make them up in a chart, by their flags."""
        return tuple(one for one in self.metrics if _adds_up(one))

    @property
    def has_labels(self) -> bool:
        """Say whether a field is a word for the finished row, which is another one for its parts."""
        return any(MODEL.dimensions[name].result_of for name in self.dimensions)

    @property
    def is_folded(self) -> bool:
        """Say whether finer rows make up those of the chart."""
        return bool(self.more and self.adds_up and not self.has_labels)

    @property
    def stands(self) -> tuple[str, ...]:
        """Name the stocks: what is there at a time, which adds up over client accounts but not over days."""
        return tuple(one for one in self.metrics if isinstance(MODEL.metrics[one], Balance))

    @property
    def finer(self) -> tuple[str, ...]:
        """Name the dimensions of the finer question."""
        kept = [name for name in self.dimensions if self.more != "date_day" or name not in COARSE]
        return (*kept, *([self.more] if self.more else []))


def _adds_up(metric: str) -> bool:
    return combines(metric) and not needed(metric)


@cache
def _goes_with(dataset: str, metrics: tuple[str, ...]) -> tuple[str, ...]:
    offered = MODEL.datasets[dataset].dimensions
    return tuple(name for name in offered if all(is_offered(one, name) for one in metrics))


@st.composite
def wide_questions(draw: st.DrawFn, dataset: str) -> Wide:
    """Draw a question, most of them about fields that go together."""
    known = MODEL.datasets[dataset]
    metrics = tuple(draw(st.lists(st.sampled_from(known.metrics), min_size=1, max_size=3, unique=True)))
    careless = draw(st.sampled_from((True, *[False] * 7)))
    offered = _goes_with(dataset, metrics)
    if careless:
        offered = tuple(name for name in known.dimensions if name not in offered) or known.dimensions
    musts = {} if careless else dict.fromkeys(name for one in metrics for name in sorted(needed(one)))
    drawn = draw(st.lists(st.sampled_from(offered), min_size=careless, max_size=2, unique=True)) if offered else []
    dimensions = tuple(dict.fromkeys([*musts, *drawn]))
    first, second = draw(st.tuples(st.integers(0, 150), st.integers(0, 150)))
    days = (FIRST + timedelta(days=min(first, second)), min(FIRST + timedelta(days=max(first, second)), LAST))
    sums = tuple(one for one in metrics if _adds_up(one))
    others = [
        name
        for name in _goes_with(dataset, sums or metrics)
        if name not in dimensions and MODEL.dimensions[name].result_of is None
    ]
    more = draw(st.sampled_from(others)) if others else None
    return Wide(dataset, dimensions, metrics, days, more, draw(st.integers(0, 10**4)))
