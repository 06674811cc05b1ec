"""Values for statements that name their parameters: a statement gets those that it names, as DuckDB wants it."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from warehouse.calendar import fiscal_shift
from warehouse.duckdb import quote_text
from warehouse.state import Settings

_NAME = re.compile(r"\$([a-z_]+)")
# A dollar sign in a quoted text is a file's own, and an apostrophe in a comment opens no text.
_ASIDE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*""")


def named(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return those of the values that a statement names."""
    return {name: values[name] for name in _NAME.findall(_ASIDE.sub("", sql)) if name in values}


def written_out(sql: str, values: Mapping[str, object]) -> str:
    """Return a statement with its values as literals, for a view, which can have no parameters."""
    return _NAME.sub(lambda found: _literal(values[found[1]]) if found[1] in values else found[0], sql)


def build_values(settings: Settings, now: datetime) -> dict[str, object]:
    """Return what build SQL may name: the settings, `today` in the workspace's zone, `now` in UTC; `now` has a zone."""
    zone = ZoneInfo(settings.timezone)
    return asdict(settings) | {
        "today": now.astimezone(zone).date(),
        "now": now.astimezone(ZoneInfo("UTC")).replace(tzinfo=None),
        "fiscal_shift": fiscal_shift(settings.fiscal_year_start),
    }


def _literal(value: object) -> str:
    match value:
        case None:
            return "null"
        case datetime():
            return f"timestamp {quote_text(value.isoformat(sep=' '))}"
        case date():
            return f"date {quote_text(value.isoformat())}"
        case int() | float():
            return str(value)
        case _:
            return quote_text(str(value))
