"""What has changed since a month was closed: the numbers then and now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from typing import TypeAlias

from api.frozen.closing import standing_at
from api.frozen.records import FrozenPeriod
from api.reports.asking import Answer, Refusal, ask_all, key_of
from api.reports.kept import kept_key, unpacked
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Report

MOST_SHOWN = 200
# Those with the numbers that a card shows; the others are what it compares them with.
_SHOWN = frozenset({"main", "total", "rows", "columns", "left", "right", "fact"})

Cell: TypeAlias = "str | float | bool | None"
Place: TypeAlias = tuple[tuple[str, Cell], ...]  # the row: its dimensions and their values


@dataclass(frozen=True)
class Change:
    """One number of an item that is not what it was; None where there was or is none."""

    item: str
    metric: str
    place: Place
    then: Cell
    now: Cell


def changes_of(world: World, caller: Caller, report: Report, frozen: FrozenPeriod, packed: bytes) -> list[Change]:
    """Return every number that has changed, whole totals first; call it from a worker thread."""
    client = next((one.slug for one in caller.clients if one.id == frozen.client_account_id), None)
    standing = standing_at(world, caller, report, client, (frozen.start, frozen.end), None, frozen.as_of)
    asks = [(item.id, ask.body) for item in report.items for ask in standing.asks(item) if ask.purpose in _SHOWN]
    kept = unpacked(packed)
    known = [(item, body) for item, body in asks if kept_key(body) in kept]
    answers = ask_all(world, caller, [body for _, body in known])
    # What several items show is one change, told of the first of them.
    found: dict[tuple[str, Place, Cell, Cell], str] = {}
    for item, body in known:
        then, now = kept[kept_key(body)], answers[key_of(body)]
        if not isinstance(then, Refusal) and not isinstance(now, Refusal):
            for one in differences(then, now):
                found.setdefault(one, item)
    changes = [Change(item, *one) for one, item in found.items()]
    return sorted(changes, key=lambda one: len(one.place))


def differences(then: Answer, now: Answer) -> Iterator[tuple[str, Place, Cell, Cell]]:
    """Give metric, row, and the value then and now wherever two answers to one request differ."""
    before, after = _cells(then), _cells(now)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if not _same(old, new):
            yield key[0], key[1], old, new


def _cells(answer: Answer) -> dict[tuple[str, Place], Cell]:
    schema, rows = answer["schema"], answer["rows"]
    assert isinstance(schema, list)
    assert isinstance(rows, list)
    names = [str(one["name"]) for one in schema]
    dimensions = [at for at, one in enumerate(schema) if _is_dimension(one)]
    return {
        (names[at], tuple((names[one], row["values"][one]) for one in dimensions)): value
        for row in rows
        for at, value in enumerate(row["values"])
        if at not in dimensions
    }


def _is_dimension(field: Mapping[str, object]) -> bool:
    semantics = field["semantics"]
    return isinstance(semantics, Mapping) and semantics["conceptType"] == "DIMENSION"


def _same(one: Cell, other: Cell) -> bool:
    """Tell whether two values are the same for a reader; sums of fractions may differ in their last digits."""
    first, second = _number(one), _number(other)
    if first is not None and second is not None:
        return isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    return (None if one == "" else one) == (None if other == "" else other)


def _number(value: Cell) -> float | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return float(value)  # durations travel as text
    except ValueError:
        return None
