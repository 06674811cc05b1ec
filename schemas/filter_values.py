"""Turns the values of a filter, as they arrive, into typed values of the field.

Dates become spans: '201901' of a month field is everything from 1 January to before 1 February 2019, so that
every grain is compared on the raw date column.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from schemas.entities import Dimension
from schemas.errors import InvalidFilterValueError
from schemas.fields import FieldType, Grain
from schemas.query import Operator, Scalar

MAX_PATTERN_LENGTH = 1000

PATTERN_OPERATORS = frozenset({Operator.REGEXP_PARTIAL_MATCH, Operator.REGEXP_EXACT_MATCH})
TEXT_OPERATORS = PATTERN_OPERATORS | {Operator.CONTAINS}
NUMERIC_OPERATORS = frozenset(operator for operator in Operator if operator.startswith("NUMERIC_"))
ORDER_OPERATORS = NUMERIC_OPERATORS | {Operator.BETWEEN}


@dataclass(frozen=True)
class Span:
    """A half-open stretch of days, or of moments."""

    start: date
    end: date


Value = str | int | float | bool | Span | None


@dataclass(frozen=True)
class Condition:
    """A filter clause whose values have the type of its dimension."""

    dimension: Dimension
    operator: Operator
    values: tuple[Value, ...]
    exclude: bool

    def __str__(self) -> str:
        """Print the clause without its values, which are the reader's own."""
        return f"{self.dimension.name} {'excludes' if self.exclude else 'includes'} {self.operator}"


Conditions = tuple[tuple[Condition, ...], ...]  # an AND of ORs


def is_supported(dimension: Dimension, operator: Operator) -> bool:
    """Say whether the operator means something for the dimension: truth values have no order."""
    return not (dimension.type is FieldType.BOOLEAN and operator in ORDER_OPERATORS)


def parse_values(dimension: Dimension, operator: Operator, values: tuple[Scalar | None, ...]) -> tuple[Value, ...]:
    """Type the values of one clause, or say which one is wrong."""
    if operator is Operator.IS_NULL:
        return ()
    _check_number(dimension, operator, values)
    return tuple(_parse(dimension, operator, value) for value in values)


def _check_number(dimension: Dimension, operator: Operator, values: tuple[Scalar | None, ...]) -> None:
    needed = 2 if operator is Operator.BETWEEN else 1
    if len(values) < needed or (operator is Operator.BETWEEN and len(values) > needed):
        wanted = "two values" if operator is Operator.BETWEEN else "at least one value"
        raise InvalidFilterValueError(
            f"The filter {operator} on '{dimension.label}' needs {wanted}; it has {len(values)}.",
            field=dimension.name,
            operator=operator,
        )


def _parse(dimension: Dimension, operator: Operator, value: Scalar | None) -> Value:
    if value is None:
        if operator in {Operator.EQUALS, Operator.IN_LIST}:
            return None
        raise _wrong(dimension, operator, value, "a value, not an empty one")
    if operator in TEXT_OPERATORS:
        text = _text(value)
        if operator in PATTERN_OPERATORS and len(text) > MAX_PATTERN_LENGTH:
            raise _wrong(dimension, operator, text[:40] + "…", f"a pattern of at most {MAX_PATTERN_LENGTH} characters")
        return text
    parse, wanted = _parser(dimension, operator)
    try:
        return parse(value)
    except (ValueError, OverflowError):
        raise _wrong(dimension, operator, value, wanted) from None


def _parser(dimension: Dimension, operator: Operator) -> "Parser":
    if dimension.grain is Grain.WEEK:
        return partial(_week, first=dimension.shift), "a week as YYYYWW"
    if dimension.grain is Grain.FISCAL:
        return partial(_fiscal, shift=dimension.shift), "a month of the financial year as FY2025-M03"
    return _PARSERS.get(dimension.type, _NUMBER_PARSER if operator in NUMERIC_OPERATORS else _TEXT_PARSER)


def _wrong(dimension: Dimension, operator: Operator, value: Scalar | None, wanted: str) -> InvalidFilterValueError:
    return InvalidFilterValueError(
        f"The filter {operator} on '{dimension.label}' needs {wanted}; '{value}' is not. Change the filter's value.",
        field=dimension.name,
        operator=operator,
    )


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(value: Scalar) -> float:
    if isinstance(value, bool):
        raise ValueError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _whole_number(last: int) -> Callable[[Scalar], int]:
    def parse(value: Scalar) -> int:
        number = _number(value)
        if not number.is_integer() or not 0 <= number <= last:
            raise ValueError
        return int(number)

    return parse


def _truth(value: Scalar) -> bool:
    match str(value).strip().lower():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise ValueError


def _digits(value: Scalar, length: int) -> str:
    # Separators are taken out, so that 2019-01-01 is understood beside 20190101.
    text = re.sub(r"[-:T ]", "", _text(value))
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise ValueError
    return text


def _day(value: Scalar) -> Span:
    start = datetime.strptime(_digits(value, 8), "%Y%m%d").date()  # noqa: DTZ007 - a day has no time zone
    return Span(start, start + timedelta(days=1))


def _week(value: Scalar, first: int = 0) -> Span:
    digits = _digits(value, 6)
    year, number = int(digits[:4]), int(digits[4:])
    # The first week of a year is the one that 4 January is in, on whatever day weeks begin.
    fourth = date(year, 1, 4)
    start = fourth - timedelta(days=(fourth.weekday() - first) % 7) + timedelta(weeks=number - 1)
    if number < 1 or (start + timedelta(days=3)).year != year:
        raise ValueError
    return Span(start, start + timedelta(days=7))


def _fiscal(value: Scalar, shift: int) -> Span:
    found = re.fullmatch(r"FY(\d{4})-M(0[1-9]|1[0-2])", _text(value), re.ASCII)
    if found is None:
        raise ValueError
    month = int(found[1]) * 12 + int(found[2]) - 1 - shift
    return _months(month // 12, month % 12 + 1, 1)


def _months(year: int, month: int, count: int) -> Span:
    after = month + count
    return Span(date(year, month, 1), date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1))


def _month(value: Scalar) -> Span:
    digits = _digits(value, 6)
    return _months(int(digits[:4]), int(digits[4:]), 1)


def _quarter(value: Scalar) -> Span:
    digits = _digits(value, 5)
    return _months(int(digits[:4]), (int(digits[4]) - 1) * 3 + 1, 3)


def _year(value: Scalar) -> Span:
    return _months(int(_digits(value, 4)), 1, 12)


def _hour(value: Scalar) -> Span:
    start = datetime.strptime(_digits(value, 10), "%Y%m%d%H")  # noqa: DTZ007 - compared with a plain timestamp
    return Span(start, start + timedelta(hours=1))


def _second(value: Scalar) -> Span:
    start = datetime.strptime(_digits(value, 14), "%Y%m%d%H%M%S")  # noqa: DTZ007 - compared with a plain timestamp
    return Span(start, start + timedelta(seconds=1))


Parser = tuple[Callable[[Scalar], Value], str]  # and what it wants, for the reader

_TEXT_PARSER: Parser = (_text, "a text")
_NUMBER_PARSER: Parser = (_number, "a number")
_PARSERS: Mapping[FieldType, Parser] = {
    FieldType.NUMBER: _NUMBER_PARSER,
    FieldType.BOOLEAN: (_truth, "true or false"),
    FieldType.HOUR: (_whole_number(23), "an hour from 00 to 23"),
    FieldType.DAY_OF_WEEK: (_whole_number(6), "a weekday from 0 (Sunday) to 6"),
    FieldType.YEAR_MONTH_DAY: (_day, "a day as YYYYMMDD"),
    FieldType.YEAR_MONTH: (_month, "a month as YYYYMM"),
    FieldType.YEAR_QUARTER: (_quarter, "a quarter as YYYYQ"),
    FieldType.YEAR: (_year, "a year as YYYY"),
    FieldType.YEAR_MONTH_DAY_HOUR: (_hour, "an hour as YYYYMMDDHH"),
    FieldType.YEAR_MONTH_DAY_SECOND: (_second, "a moment as YYYYMMDDHHMMSS"),
}
