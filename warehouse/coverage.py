"""What a workspace's tables hold of some client accounts: how many rows, of which days, and which columns ever."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from schemas import Entity, SemanticModel
from warehouse.duckdb import Connection, quote_name


@dataclass(frozen=True)
class Coverage:
    """Rows of an entity, their first and last day, and the columns that are not empty throughout."""

    rows: int = 0
    first_day: date | None = None
    last_day: date | None = None
    filled: frozenset[str] = frozenset()

    @property
    def days(self) -> int:
        """Return how many days lie between the first and the last row, both included."""
        return (self.last_day - self.first_day).days + 1 if self.first_day and self.last_day else 0


def coverage_of(
    connection: Connection, model: SemanticModel, entities: Collection[str], clients: Collection[str]
) -> Mapping[str, Coverage]:
    """Return what there is of each entity for the client accounts, by ids; one scan an entity."""
    return {name: _one(connection, model.entities[name], sorted(clients)) for name in sorted(set(entities))}


def _one(connection: Connection, entity: Entity, clients: list[str]) -> Coverage:
    columns = sorted({*entity.dimensions.values()} - {entity.date})
    counted = "".join(f", count({quote_name(column)})" for column in columns)
    day = quote_name(entity.date)
    row = connection.execute(
        f"select count(*), min({day}), max({day}){counted} from normalised.{quote_name(entity.table)}"  # noqa: S608
        f" where list_contains(?, client_account_id) and {day} is not null",
        [clients],
    ).fetchone()
    if row is None or row[0] == 0:
        return Coverage()
    rows, first, last, *counts = row
    return Coverage(rows, first, last, frozenset(one for one, count in zip(columns, counts, strict=True) if count))
