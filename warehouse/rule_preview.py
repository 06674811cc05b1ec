"""What a rule would change: values of its columns as they are and as they would be, from raw, nothing written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas import Entity
from warehouse.casting import RAW_SUFFIX
from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection, quote_name
from warehouse.normalize import LoadContext, Normaliser
from warehouse.rules import Rule, ruled

MOST_CHANGES = 50


@dataclass(frozen=True)
class Change:
    """Rows of one column that hold one value now and would hold another."""

    column: str
    before: str | None
    after: str | None
    rows: int


@dataclass(frozen=True)
class RulePreview:
    """What a rule would do to the rows of a client account; `unreadable` counts cells that fit no value of a column.

    `changes` are the most frequent ones; `changes_found` says how many there are.
    """

    rows: int
    changes: tuple[Change, ...]
    changes_found: int
    unreadable: Mapping[str, int]


@dataclass(frozen=True)
class Rows:
    """The rows that a rule speaks of: a SELECT over `records`, and the records."""

    entity: Entity
    client: ClientAccount
    context: LoadContext
    canonical: str
    records: str


def preview_rule(connection: Connection, rows: Rows, rule: Rule) -> RulePreview:
    """Compare rows as loads make them now with the same under a rule."""
    normaliser = Normaliser(connection, rows.entity, rows.client, rows.context, rows.canonical, rows.records)
    fields = [str(row[0]) for row in connection.execute(f"describe {rows.records}").fetchall()]
    plain = normaliser.described(rows.canonical)
    after = ruled(rows.canonical, rule, rows.entity, plain, fields)
    pairs = f"{normaliser.given(rows.records)}, after_rule as ({after})"
    made = normaliser.described(after)
    changes: list[Change] = []
    unreadable: dict[str, int] = {}
    for name in rule.touched:
        found = normaliser.run(_changes(pairs, name, known=name in normaliser.columns)).fetchall()
        changes += [_change(name, row) for row in found]
        if name + RAW_SUFFIX in made:
            column = quote_name(name + RAW_SUFFIX)
            unreadable[name] = _count(normaliser, f"{pairs} select count({column}) from after_rule")  # noqa: S608
    changes.sort(key=lambda one: (-one.rows, one.column, str(one.before)))
    total = _count(normaliser, f"{pairs} select count(*) from after_rule")  # noqa: S608
    return RulePreview(total, tuple(changes[:MOST_CHANGES]), len(changes), unreadable)


def _changes(pairs: str, name: str, *, known: bool) -> str:
    column = quote_name(name)
    before = f"cast(given.{column} as varchar)" if known else "cast(null as varchar)"
    after = f"cast(after_rule.{column} as varchar)"
    return (
        f"{pairs} select {before}, {after}, count(*) from given join after_rule "  # noqa: S608
        "on given._key is not distinct from after_rule._key and given._line is not distinct from after_rule._line "
        f"where {before} is distinct from {after} group by 1, 2"
    )


def _change(name: str, row: Sequence[object]) -> Change:
    before, after, count = row
    return Change(name, _text(before), _text(after), int(str(count)))


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _count(normaliser: Normaliser, sql: str) -> int:
    found = normaliser.run(sql).fetchone()
    return int(found[0]) if found else 0
