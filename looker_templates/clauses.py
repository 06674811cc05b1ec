"""Conditions as Looker Studio sends them: a list of clauses is a choice between them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from looker_templates.parts import FixedFilter
from looker_templates.wire import Clause

_FROM_TODAY = re.compile(r"today([+-]\d{1,4})?")


def one_of(dimension: str, values: Sequence[str | None]) -> list[Clause]:
    """Ask for any of the values; None is a missing one."""
    return _one_of(dimension, values, "INCLUDE")


def containing(dimension: str, text: str) -> list[Clause]:
    """Ask for values that contain a text."""
    return [{"fieldName": dimension, "type": "INCLUDE", "operator": "CONTAINS", "values": [text]}]


def between(dimension: str, low: float, high: float) -> list[Clause]:
    """Ask for numbers in a range, both ends included."""
    ends = [f"{end:.10g}" for end in (low, high)]
    return [{"fieldName": dimension, "type": "INCLUDE", "operator": "BETWEEN", "values": ends}]


def fixed(condition: FixedFilter, today: date) -> list[Clause]:
    """Return the clauses of a condition that an item always has."""
    values = [one if one is None else _resolved(one, today) for one in condition.values]
    kind: Literal["INCLUDE", "EXCLUDE"] = "EXCLUDE" if condition.exclude else "INCLUDE"
    if condition.operator == "in":
        return _one_of(condition.field, values, kind)
    operator: Literal["BETWEEN", "CONTAINS"] = "BETWEEN" if condition.operator == "between" else "CONTAINS"
    listed = [one for one in values if one is not None]
    return [{"fieldName": condition.field, "type": kind, "operator": operator, "values": listed}]


def _one_of(dimension: str, values: Sequence[str | None], kind: Literal["INCLUDE", "EXCLUDE"]) -> list[Clause]:
    listed = sorted(value for value in values if value is not None)
    clauses: list[Clause] = []
    if listed:
        clauses.append({"fieldName": dimension, "type": kind, "operator": "IN_LIST", "values": listed})
    if None in values:
        clauses.append({"fieldName": dimension, "type": kind, "operator": "IS_NULL", "values": []})
    return clauses


def _resolved(value: str, today: date) -> str:
    """Write `today+90` as the day it means, the way dates travel: 20260228."""
    found = _FROM_TODAY.fullmatch(value)
    return f"{today + timedelta(days=int(found[1] or 0)):%Y%m%d}" if found else value
