"""The plan: everything that the SQL will say, decided and checked. planning.py makes it; there is no SQL here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from schemas.datasets import Dataset
from schemas.entities import Dimension, Entity
from schemas.filter_values import PATTERN_OPERATORS, Conditions
from schemas.metrics import (
    Age,
    AnyMetric,
    Balance,
    Cohort,
    Cumulative,
    Distinct,
    MonthlyMean,
    Quantile,
    Simple,
    Snapshot,
    Sole,
    Spike,
    Trailing,
)
from schemas.query import DateRange, Money, Scope
from schemas.rollups import NO_ROLLUPS, Rollups

RowLeaf = Simple | Quantile | Distinct | Sole | Age  # aggregates over the rows of a group
Leaf = RowLeaf | Snapshot | Balance | Cohort


@dataclass(frozen=True)
class AggregateBranch:
    """One entity grouped by the keys; without leaves it yields the distinct keys."""

    entity: Entity
    leaves: tuple[RowLeaf, ...]


@dataclass(frozen=True)
class SoleBranch:
    """Rows of one entity without those of earlier days or of unusual kinds, as its leaves agree; see Sole."""

    entity: Entity
    leaves: tuple[Sole, ...]


@dataclass(frozen=True)
class SnapshotBranch:
    """Rows of one entity on the last snapshot day of each client account and period, grouped by the keys."""

    entity: Entity
    leaves: tuple[Snapshot, ...]


@dataclass(frozen=True)
class BalanceBranch:
    """Rows of one entity that are open on one day of each period; the leaves share that day and what open means."""

    entity: Entity
    leaves: tuple[Balance, ...]


@dataclass(frozen=True)
class CohortBranch:
    """Units of one entity compared between the start and the end of each period, counted in several ways."""

    entity: Entity
    leaves: tuple[Cohort, ...]


@dataclass(frozen=True)
class WindowBranch:
    """Sums of one entity over the days that end with each period, for a metric that is made from them."""

    entity: Entity
    leaves: tuple[Simple, ...]
    metric: Trailing | Cumulative


@dataclass(frozen=True)
class SpikeBranch:
    """Days of one entity compared with the same weekday of earlier weeks."""

    entity: Entity
    metric: Spike
    of: Simple


@dataclass(frozen=True)
class MeanBranch:
    """A whole question with the month as one more key, whose answer is averaged over the months."""

    metric: MonthlyMean
    monthly: "Plan"


EntityBranch = AggregateBranch | SoleBranch | SnapshotBranch | BalanceBranch | CohortBranch


@dataclass(frozen=True)
class RepeatedBranch:
    """A branch without the keys and filters that its entity lacks; its values are repeated for each value of those."""

    branch: EntityBranch
    keys: tuple[Dimension, ...]
    conditions: Conditions


Branch = EntityBranch | WindowBranch | SpikeBranch | MeanBranch | RepeatedBranch


@dataclass(frozen=True)
class Plan:
    """Everything that the SQL will say; `labels` name finished values, `hidden` metrics are computed for them alone."""

    dataset: Dataset
    keys: tuple[Dimension, ...]
    metrics: tuple[AnyMetric, ...]
    branches: tuple[Branch, ...]
    conditions: Conditions
    dates: DateRange | None
    scope: Scope
    money: Money
    columns: tuple[str, ...]
    filters_applied: bool
    labels: tuple[Dimension, ...] = ()
    hidden: tuple[AnyMetric, ...] = ()
    today: date | None = None
    now: datetime | None = None
    definitions: Mapping[str, AnyMetric] = field(default_factory=dict, repr=False)
    entities: Mapping[str, Entity] = field(default_factory=dict, repr=False)
    rollups: Rollups = field(default=NO_ROLLUPS, repr=False)

    def __str__(self) -> str:
        """Print what will be asked, one decision a line."""
        lines = [f"{self.dataset.name} by {', '.join(key.name for key in self.keys) or 'nothing'}"]
        lines += [text for branch in self.branches for text in _lines(branch)]
        for group in self.conditions:
            lines.append("only " + " or ".join(str(clause) for clause in group))
        if self.dates is not None:
            lines.append(f"from {self.dates.start} to before {self.dates.end}")
        return "\n".join([*lines, f"for {len(self.scope.client_account_ids)} client accounts"])

    @property
    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions of the filters; they must be tried before the statement runs."""
        clauses = (clause for group in self.conditions for clause in group)
        return tuple(
            dict.fromkeys(
                str(value) for clause in clauses if clause.operator in PATTERN_OPERATORS for value in clause.values
            )
        )


def _lines(branch: Branch) -> list[str]:
    kind = type(branch).__name__.removesuffix("Branch").lower()
    match branch:
        case SpikeBranch():
            return [f"{kind} {branch.entity.name}: {branch.metric.name}"]
        case WindowBranch():
            names = ", ".join(leaf.name for leaf in branch.leaves)
            return [f"{kind} {branch.entity.name}: {names} for {branch.metric.name}"]
        case MeanBranch():
            return [f"{kind}: {branch.metric.name} of", *(f"  {line}" for line in str(branch.monthly).splitlines())]
        case RepeatedBranch():
            keys = ", ".join(key.name for key in branch.keys) or "nothing"
            return [f"{kind} by {keys}: {line}" for line in _lines(branch.branch)]
    return [f"{kind} {branch.entity.name}: {', '.join(leaf.name for leaf in branch.leaves) or 'distinct keys'}"]
