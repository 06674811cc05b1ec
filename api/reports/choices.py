"""What a reader chose, as it stands in the address of a report; the viewer's `src/address.ts` is the twin."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from looker_templates import Days

Compare = Literal["previous_period", "previous_year", "none"]
Values = tuple[str | None, ...]
_KEY = re.compile(r"([fsntd])\.([a-z][a-z0-9_]*)")
_NUMBERS = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")
_LOCALES = ("en", "pt", "es", "ro", "el", "zh-Hans")


@dataclass(frozen=True)
class Choices:
    """None means: as the template has it. A filter value of None is "(not set)"."""

    client: str | None = None
    days: Days | None = None
    compare: Compare | None = None
    locale: str = "en"
    filters: Mapping[str, Values] = field(default_factory=dict)
    searches: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    toggles: Mapping[str, bool] = field(default_factory=dict)
    drills: Mapping[str, Values] = field(default_factory=dict)
    as_of_now: bool = False  # a closed month with its numbers of now


def read_choices(given: Iterable[tuple[str, str]]) -> Choices:
    """Read a query string; what makes no sense counts as not given, as in the viewer."""
    pairs = list(given)
    single = dict(reversed(pairs))
    filters: dict[str, list[str | None]] = {}
    drills: dict[str, list[str | None]] = {}
    searches: dict[str, str] = {}
    ranges: dict[str, tuple[float, float]] = {}
    toggles: dict[str, bool] = {}
    for key, value in pairs:
        found = _KEY.fullmatch(key)
        if found is None:
            continue
        kind, name = found.groups()
        if kind == "f" and (value or None) not in filters.get(name, []):
            filters.setdefault(name, []).append(value or None)
        if kind == "d":
            drills.setdefault(name, []).append(value or None)
        if kind == "s" and value.strip():
            searches[name] = value
        if kind == "t" and value in ("0", "1"):
            toggles[name] = value == "1"
        numbers = _NUMBERS.fullmatch(value) if kind == "n" else None
        if numbers and float(numbers[1]) <= float(numbers[2]):
            ranges[name] = (float(numbers[1]), float(numbers[2]))
    return Choices(
        client=single.get("client") or None,
        days=_days(single.get("from", ""), single.get("to", "")),
        compare=_compare(single.get("compare", "")),
        locale=locale_of(single.get("lang", "")),
        filters={name: tuple(values) for name, values in filters.items()},
        searches=searches,
        ranges=ranges,
        toggles=toggles,
        drills={name: tuple(values) for name, values in drills.items()},
        as_of_now=single.get("asof") == "now",
    )


def locale_of(tag: str) -> str:
    """Return the shipped locale that serves a tag such as `pt-BR`; English if there is none."""
    language = tag.strip().replace("_", "-").split("-")[0].lower()
    return next((one for one in _LOCALES if one.split("-")[0] == language), "en")


def _days(start: str, end: str) -> Days | None:
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _compare(text: str) -> Compare | None:
    known: tuple[Compare, ...] = ("previous_period", "previous_year", "none")
    return next((one for one in known if one == text), None)
