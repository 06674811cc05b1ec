"""What people fill into forms: days, shares, one of several choices; and the metrics to choose from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from api.errors import InvalidSettingError
from api.writing.amounts import read_amount
from schemas import AnyMetric, FieldType

T = TypeVar("T", bound=str)


def chosen_one(given: str, choices: Sequence[T], name: str) -> T:
    """Return the choice that was made, or say that there is none like it."""
    for one in choices:
        if one == given:
            return one
    raise InvalidSettingError(f"Choose the {name}: {', '.join(choices)}.")


def day_of(given: str, name: str) -> date:
    """Return a day that was typed as YYYY-MM-DD."""
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise InvalidSettingError(f"{name} must be a day such as 2026-10-01, not '{given[:40]}'.") from error


def share_of(given: str, name: str) -> float | None:
    """Return a share that was typed in per cent, from 0 to 1; None if nothing was."""
    value = read_amount(given, FieldType.PERCENT, name)
    if value is not None and not 0 <= value <= 1:
        raise InvalidSettingError(f"{name} must lie between 0 % and 100 %.")
    return value


def grouped_metrics(metrics: Mapping[str, AnyMetric]) -> dict[str, list[AnyMetric]]:
    """Return metrics by their group, both in the order of their names."""
    grouped: dict[str, list[AnyMetric]] = {}
    for metric in sorted(metrics.values(), key=lambda one: (one.group, one.label)):
        grouped.setdefault(metric.group, []).append(metric)
    return grouped
