"""SQL expressions that turn the text of a cell into a typed value, or into NULL with the text kept beside it."""

from dataclasses import dataclass

from connectors import ColumnRule
from schemas import ColumnType
from warehouse.duckdb import quote_name, quote_text
from warehouse.minor_units import minor_units

RAW_SUFFIX = "__raw"
TEXT_SUFFIX = "__text"

REASONS = {
    ColumnType.TEXT: "is not one of the values in the mapping",
    ColumnType.INTEGER: "is not a whole number",
    ColumnType.NUMBER: "is not a number",
    ColumnType.FLAG: "is neither yes nor no",
    ColumnType.INSTANT: "is not a date and time that exists, in a known format",
    ColumnType.DATE: "is not a date that exists, in a known format",
    ColumnType.MONEY: "is not an amount of money",
}

_OFFSET = r"([zZ]|UTC|GMT|[+-]\d{2}(:?\d{2})?|[A-Za-z]+/[A-Za-z_]+)$"
_TIME_BEFORE_OFFSET = r"\d:\d{2}.*"
_GROUPED_POINT = r"[+-]?\d{1,3}([,  ]\d{3})+(\.\d+)?"
_DECIMAL_COMMA = r"[+-]?(\d{1,3}([.  ]\d{3})+|\d+)?(,\d+)?"
_UNIX = {"unix": 1_000_000, "unix_ms": 1_000}


@dataclass(frozen=True)
class CellRule:
    """How one canonical column is read: its type, its rule, and the zone and commas that hold for it."""

    type: ColumnType
    rule: ColumnRule
    zone: str
    decimal_comma: bool
    currency: str  # an SQL expression; only money looks at it


def cell_text(rule: ColumnRule) -> str:
    """Return the trimmed text of the cell; an empty cell is NULL."""
    return f"nullif(trim({quote_name(rule.source or '')}), '')"


def mapped_text(text: str, rule: ColumnRule) -> str:
    """Apply the value map to the text."""
    if not rule.values:
        return text
    cases = " ".join(f"when {quote_text(old)} then {_constant_text(new)}" for old, new in rule.values.items())
    return f"case {text} {cases} else {text if rule.otherwise == 'keep' else 'null'} end"


def typed_value(text: str, cell: CellRule) -> str:
    """Return the typed value of a text expression; NULL when it cannot be read."""
    match cell.type:
        case ColumnType.TEXT:
            return text
        case ColumnType.INTEGER:
            number = _number(text, cell.decimal_comma)
            return f"case when {number} = trunc({number}) and abs({number}) < 9e15 then cast({number} as bigint) end"
        case ColumnType.NUMBER:
            number = _number(text, cell.decimal_comma)
            return f"case when isfinite({number}) then {number} end"
        case ColumnType.MONEY:
            number = _number(text, cell.decimal_comma)
            minor = f"round({number} * {minor_units(cell.currency)})"
            return f"case when abs({number}) < 9e12 then cast({minor} as bigint) end"
        case ColumnType.FLAG:
            return (
                f"case when lower({text}) in ('true', 't', 'yes', 'y', '1', 'on') then true "
                f"when lower({text}) in ('false', 'f', 'no', 'n', '0', 'off') then false end"
            )
        case ColumnType.DATE:
            return _date(text, cell.rule.format)
        case ColumnType.INSTANT:
            return _instant(text, cell.rule.format, cell.zone)


def can_fail(cell: CellRule) -> bool:
    """Tell whether some text has no value in this column."""
    return cell.type is not ColumnType.TEXT or (bool(cell.rule.values) and cell.rule.otherwise == "quarantine")


def allowed_nulls(cell: CellRule) -> tuple[str, ...]:
    """Return the texts that the value map turns into NULL on purpose."""
    return tuple(old for old, new in cell.rule.values.items() if new is None)


def constant_value(cell: CellRule) -> str:
    """Return the typed value of a constant."""
    return typed_value(_constant_text(cell.rule.constant), cell)


def _constant_text(value: str | int | float | bool | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    return quote_text(str(value))


def _number(text: str, decimal_comma: bool) -> str:
    if decimal_comma:
        plain = f"replace(regexp_replace({text}, '[.  ]', '', 'g'), ',', '.')"
        return f"case when regexp_full_match({text}, {quote_text(_DECIMAL_COMMA)}) then try_cast({plain} as double) end"
    grouped = f"regexp_replace({text}, '[,  ]', '', 'g')"
    return (
        f"coalesce(try_cast({text} as double), case when regexp_full_match({text}, {quote_text(_GROUPED_POINT)}) "
        f"then try_cast({grouped} as double) end)"
    )


def _date(text: str, formats: tuple[str, ...]) -> str:
    iso = f"try_cast({text} as date)"
    if not formats:
        return iso
    tries = ", ".join(f"cast(try_strptime({text}, {quote_text(item)}) as date)" for item in formats)
    return f"coalesce({tries}, {iso})"


def _instant(text: str, formats: tuple[str, ...], zone: str) -> str:
    # A cast to timestamp would drop an offset in silence, so text with one goes through timestamptz.
    marked = f"regexp_matches({text}, {quote_text(_TIME_BEFORE_OFFSET + _OFFSET)})"
    # DuckDB wants seconds, and the offset right behind them.
    tight = f"regexp_replace(regexp_replace({text}, ' +([+-])', '\\1'), ' *(UTC|GMT)$', 'Z')"
    tight = f"regexp_replace({tight}, '([T ]\\d{{2}}:\\d{{2}})(Z|[+-])', '\\1:00\\2')"
    moment = f"coalesce(try_cast({text} as timestamptz), try_cast({tight} as timestamptz))"
    iso = (
        f"case when ends_with({text}, 'Z') or {marked} then make_timestamp(epoch_us({moment})) "
        f"else {_to_utc(f'try_cast({text} as timestamp)', zone)} end"
    )
    if not formats:
        return iso
    # ISO text is read whatever the format: it cannot mean anything else, and sheets give dates that way.
    return f"coalesce({', '.join(_formatted(text, item, zone) for item in formats)}, {iso})"


def _formatted(text: str, pattern: str, zone: str) -> str:
    if pattern in _UNIX:
        return f"make_timestamp(try_cast(try_cast({text} as double) * {_UNIX[pattern]} as bigint))"
    parsed = f"try_strptime({text}, {quote_text(pattern)})"
    if "%z" in pattern or "%Z" in pattern:
        return f"make_timestamp(epoch_us({parsed}))"
    return _to_utc(parsed, zone)


def _to_utc(local: str, zone: str) -> str:
    if zone.upper() in ("UTC", "ETC/UTC"):
        return local
    # timezone() throws beyond the years that the calendar library knows.
    sane = f"case when {local} between timestamp '0002-01-01' and timestamp '9998-12-31' then {local} end"
    return f"make_timestamp(epoch_us(timezone({quote_text(zone)}, {sane})))"
