"""Query: the only input of the compiler, whatever asked for it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from schemas.personal import IN_FULL, PersonalData

Scalar = str | int | float | bool


class Operator(StrEnum):
    """The eleven filter operators of Looker Studio, by their wire names."""

    EQUALS = "EQUALS"
    CONTAINS = "CONTAINS"
    REGEXP_PARTIAL_MATCH = "REGEXP_PARTIAL_MATCH"
    REGEXP_EXACT_MATCH = "REGEXP_EXACT_MATCH"
    IN_LIST = "IN_LIST"
    IS_NULL = "IS_NULL"
    BETWEEN = "BETWEEN"
    NUMERIC_GREATER_THAN = "NUMERIC_GREATER_THAN"
    NUMERIC_GREATER_THAN_OR_EQUAL = "NUMERIC_GREATER_THAN_OR_EQUAL"
    NUMERIC_LESS_THAN = "NUMERIC_LESS_THAN"
    NUMERIC_LESS_THAN_OR_EQUAL = "NUMERIC_LESS_THAN_OR_EQUAL"


@dataclass(frozen=True)
class DateRange:
    """Calendar days in reporting time; `end` is the first day after the range."""

    start: date
    end: date


@dataclass(frozen=True)
class Filter:
    """One clause; `values` are as received, in the field's own wire format."""

    field: str
    operator: str  # an Operator, or a name that this version does not know
    values: tuple[Scalar | None, ...] = ()
    exclude: bool = False


@dataclass(frozen=True)
class Scope:
    """The client accounts whose rows may be read, and how personal data is shown. It comes from the caller's token,
    never from the request."""

    client_account_ids: frozenset[str]
    personal: PersonalData = IN_FULL


@dataclass(frozen=True)
class Money:
    """The currency that money leaves in; `base` picks the workspace's own columns (clients that differ)."""

    currency: str = "EUR"
    base: bool = False


@dataclass(frozen=True)
class Query:
    """A question to one dataset. `filters` is an AND of ORs; without `dates` the whole history is meant.

    `filter_only` names dimensions that are needed for filters alone: they come back as columns
    only if the filters could not be applied.
    """

    dataset: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    scope: Scope
    dates: DateRange | None = None
    filters: tuple[tuple[Filter, ...], ...] = ()
    filter_only: tuple[str, ...] = ()
    money: Money = Money()
    week_start: int = 0  # days after Monday
    fiscal_year_start: int = 1  # month in which the financial year begins
    columns: tuple[str, ...] = ()  # answer columns in this order; default dimensions then metrics
    today: date | None = None  # last day that a stock is counted on, so that a period under way is counted as of today
    now: datetime | None = None  # UTC without a zone, as moments are stored
