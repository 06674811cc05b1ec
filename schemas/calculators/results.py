"""What a calculator answers: figures, the band that a figure falls into, and why two formulas differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from schemas.fields import Direction


@dataclass(frozen=True)
class Figure:
    """One number with its formula; `metric` is the catalogue's id of the same number, if it has one.

    Shares are fractions, times are seconds, NPS is points from -100 to 100. No denominator means no value.
    """

    label: str
    value: float | None
    unit: str
    formula: str
    direction: Direction
    metric: str | None = None


@dataclass(frozen=True)
class Band:
    """A half-open range of values with a name: from `low` to before `high`; the last one includes `high`."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """The corrected figures first, then those of the guides, and what lies between them."""

    calculator: str
    corrected: tuple[Figure, ...]
    guides: tuple[Figure, ...]
    difference: str
    bands: tuple[Band, ...] = ()
    band: str | None = None
    warnings: tuple[str, ...] = ()


def ratio(part: float, whole: float) -> float | None:
    """Divide; nothing to divide by, or a number too large to be written, is no value."""
    if whole == 0:
        return None
    value = part / whole
    return value if isfinite(value) else None


def band_of(value: float | None, bands: Sequence[Band]) -> str | None:
    """Name the band of a value; the highest band includes its upper end."""
    if value is None:
        return None
    for band in bands:
        if band.low <= value < band.high or value == band.high == max(one.high for one in bands):
            return band.name
    return None


def quantile(values: Sequence[float], fraction: float) -> float | None:
    """Return a quantile with linear interpolation, as the catalogue's medians and percentiles do."""
    if not values:
        return None
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
