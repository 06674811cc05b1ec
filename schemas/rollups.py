"""Rollups: what is kept ready of an entity's sums and counts, and which of them can answer a branch instead of it.

A rollup has one row for each day and each combination of some columns. Only metrics that add up are kept, so a
formula is rebuilt from its parts, and whatever counts distinct values or looks at single rows reads the entity.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from schemas.entities import Dimension, Entity
from schemas.fields import Additivity
from schemas.filter_values import Conditions
from schemas.metrics import AnyMetric, Simple

SCOPE = "client_account_id"
# Every rollup is also split by the client account; what follows from it adds no rows.
_ALWAYS = (SCOPE, "client_account", "client_industry")

# For each entity the columns of its rollups, beside the day and the client account.
COLUMNS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ticket": (
        (),
        ("channel", "channel_group", "priority"),
        ("category", "subcategory"),
        ("agent", "team", "agent_group"),
        ("segment", "plan", "country"),
    ),
    "survey_response": ((), ("survey_id", "survey"), ("channel", "segment")),
}


@dataclass(frozen=True)
class Rollup:
    """One rollup: its table, the columns of the entity that it keeps, the metrics that it has sums of, its rows."""

    table: str
    entity: str
    columns: frozenset[str]
    parts: Mapping[str, Simple] = field(repr=False)
    rows: int = 0

    def covers(self, entity: Entity, leaves: tuple[object, ...], columns: frozenset[str]) -> bool:
        """Say whether a branch over these columns of the entity can be answered from here."""
        if self.entity != entity.name or not columns <= self.columns:
            return False
        return all(isinstance(leaf, Simple) and self.parts.get(leaf.name) == leaf for leaf in leaves)


@dataclass(frozen=True)
class Rollups:
    """The rollups that agree with the data version."""

    data_version: int = -1
    tables: tuple[Rollup, ...] = ()

    def best(
        self, entity: Entity, leaves: tuple[object, ...], keys: tuple[Dimension, ...], conditions: Conditions
    ) -> Rollup | None:
        """Choose the smallest rollup that covers a branch; none means the entity itself."""
        used = [*keys, *(clause.dimension for group in conditions for clause in group)]
        columns = frozenset({entity.column_of(dimension) or "" for dimension in used} | {SCOPE, entity.date})
        fitting = [rollup for rollup in self.tables if rollup.covers(entity, leaves, columns)]
        return min(fitting, key=lambda rollup: (rollup.rows, rollup.table), default=None)

    def used_in(self, sql: str) -> bool:
        """Say whether a statement reads one of the rollups."""
        return any(f'"{rollup.table}"' in sql for rollup in self.tables)


NO_ROLLUPS = Rollups()


def simple_leaves(leaves: tuple[object, ...]) -> list[Simple]:
    """Return the leaves that are sums or counts: all of them where a rollup covers a branch."""
    return [leaf for leaf in leaves if isinstance(leaf, Simple)]


def planned_rollups(entity: Entity, metrics: Mapping[str, AnyMetric]) -> Iterator[Rollup]:
    """List the rollups that an entity has once its table is large."""
    sets = COLUMNS.get(entity.name, ())
    if not sets:
        return  # most entities have none, and there are many metrics
    parts = {
        name: metric
        for name, metric in metrics.items()
        if isinstance(metric, Simple) and metric.entity == entity.name and metric.additivity is Additivity.ADDITIVE
    }
    for number, extra in enumerate(sets):
        wanted = (entity.date, *_ALWAYS, *extra)
        columns = frozenset(name for name in wanted if name in entity.columns)
        yield Rollup(f"rollup_{entity.name}_{number}", entity.name, columns, parts)
