"""Guess from sample values how dates and numbers are written in a file."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas import ColumnType

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?")
_COMMA_NUMBER = re.compile(r"[+-]?(\d{1,3}([. ]\d{3})+|\d+),\d+")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_MOST = 0.9  # of the values decide the format; the others are bad cells
_FLAGS = {"true", "false", "t", "f", "yes", "no", "y", "n", "0", "1", "on", "off"}

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DAYS = ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y")
_FORMATS = tuple(day + clock for clock in _CLOCKS for day in _DAYS)


@dataclass(frozen=True)
class Guess:
    """How the values of a column are written; `doubt` is a sentence for people when it may be wrong."""

    formats: tuple[str, ...] = ()
    decimal_comma: bool = False
    doubt: str = ""


def sniff(kind: ColumnType, values: Sequence[str]) -> Guess:
    """Guess how the sample values of a column of this type are written."""
    if not values:
        return Guess(doubt="the first rows have no value here")
    match kind:
        case ColumnType.INSTANT | ColumnType.DATE:
            return _sniff_dates(values)
        case ColumnType.INTEGER | ColumnType.NUMBER | ColumnType.MONEY:
            return _sniff_numbers(values)
        case ColumnType.FLAG:
            odd = sorted({value for value in values if value.lower() not in _FLAGS})
            return Guess(doubt=f"not yes or no: {', '.join(odd[:3])}; add 'values:'" if odd else "")
        case ColumnType.TEXT:
            return Guess()


def looks_like_instants(values: Sequence[str]) -> bool:
    """Tell whether nearly all sample values are dates or instants."""
    return bool(values) and (_share(values, _is_iso) >= _MOST or bool(_fitting(values)))


def _sniff_dates(values: Sequence[str]) -> Guess:
    iso = _share(values, _is_iso)
    if iso >= _MOST:
        return Guess(doubt=_rest(values, _is_iso))
    if all(value.isdigit() and len(value) in (10, 13) for value in values):
        return Guess(("unix" if len(values[0]) == 10 else "unix_ms",))
    fitting = _fitting(values)
    if not fitting:
        return Guess(doubt=f"the format is not known; write 'format:' for values like '{values[0]}'")
    doubts = [f"could also be {fitting[1]}"] if len(fitting) > 1 else []
    rest = _rest(values, lambda value: _fits(value, fitting[0]))
    return Guess((fitting[0],), doubt="; ".join([*doubts, *([rest] if rest else [])]))


def _is_iso(value: str) -> bool:
    return _ISO.fullmatch(value) is not None


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values)


def _rest(values: Sequence[str], fits: Callable[[str], bool]) -> str:
    odd = [value for value in values if not fits(value)]
    return f"{len(odd)} of {len(values)} values do not fit, such as '{odd[0]}'" if odd else ""


def _fitting(values: Sequence[str]) -> list[str]:
    shares = {item: _share(values, lambda value: _fits(value, item)) for item in _FORMATS}  # noqa: B023
    best = max(shares.values())
    return [item for item, share in shares.items() if share == best] if best >= _MOST else []


def _fits(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _sniff_numbers(values: Sequence[str]) -> Guess:
    plain: Callable[[str], object] = _NUMBER.fullmatch
    if all(map(plain, values)):
        return Guess()
    if any(map(_COMMA_NUMBER.fullmatch, values)):
        return Guess(decimal_comma=True)
    odd = next(value for value in values if not plain(value))
    return Guess(doubt=f"'{odd}' is not a number")
