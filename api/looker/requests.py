"""From a request of Looker Studio to a Query: dates, filters, fields. No SQL and no row is touched here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.looker.messages import Clause, DataRequest, DateWish, FieldWish
from api.world import Field, Fields
from schemas import DateRange, Filter, Money, Query, Scope
from schemas.errors import InvalidDateRangeError, UnknownFieldError


@dataclass(frozen=True)
class Wish:
    """A translated request: the query, and the fields in the order in which they were asked for."""

    query: Query
    fields: tuple[str, ...]

    def cache_key(self) -> tuple[str, ...]:
        """Return everything that decides the answer, apart from workspace and data version."""
        query = self.query
        # repr, because 1, 1.0 and True are equal to Python and different to a filter.
        rest = repr((query.dates, query.filters, query.filter_only, query.money))
        return (query.dataset, ",".join(sorted(query.scope.client_account_ids)), ",".join(self.fields), rest)


def to_wish(request: DataRequest, dataset: str, fields: Fields, scope: Scope, money: Money) -> Wish:
    """Translate a request to a dataset whose fields are `fields`."""
    asked = _asked_fields(request.fields, dataset, fields)
    filter_only = tuple(name for name, only in asked.items() if only and _is_dimension(fields[name]))
    # A metric that is wanted for filters alone can never be filtered here, so it goes out as any other.
    wanted = tuple(name for name in asked if name not in filter_only)
    query = Query(
        dataset=dataset,
        dimensions=tuple(name for name in wanted if _is_dimension(fields[name])),
        metrics=tuple(name for name in wanted if not _is_dimension(fields[name])),
        scope=scope,
        dates=_dates(request.date_range),
        filters=_filters(request.filters or ()),
        filter_only=filter_only,
        money=money,
        columns=wanted,
    )
    return Wish(query, tuple(asked))


def default_fields(fields: Fields) -> tuple[str, ...]:
    """Return what a request without fields means: all that goes together and that Looker Studio does not compute.

    Metrics that may not be added up are left out, because some of them refuse to be split by every dimension.
    """
    return tuple(name for name, field in fields.items() if "formula" not in field and _adds_up(field))


def _asked_fields(wishes: Sequence[FieldWish] | None, dataset: str, fields: Fields) -> dict[str, bool]:
    """Return each field once, in the order of asking, and whether it is for filters alone."""
    if not wishes:
        return dict.fromkeys(default_fields(fields), False)
    asked: dict[str, bool] = {}
    for wish in wishes:
        if wish.name not in fields:
            raise UnknownFieldError(wish.name, dataset, fields)
        asked[wish.name] = wish.for_filter_only and asked.get(wish.name, True)
    return asked


def _is_dimension(field: Field) -> bool:
    semantics = field["semantics"]
    return isinstance(semantics, Mapping) and semantics["conceptType"] == "DIMENSION"


def _adds_up(field: Field) -> bool:
    semantics = field["semantics"]
    return isinstance(semantics, Mapping) and semantics.get("isReaggregatable") is not False


def _dates(wish: DateWish | None) -> DateRange | None:
    if wish is None or (wish.start is None and wish.end is None):
        return None
    if wish.start is None or wish.end is None:
        raise InvalidDateRangeError("The date range needs both a startDate and an endDate.")
    start, last = _day(wish.start, "startDate"), _day(wish.end, "endDate")
    if last < start:
        raise InvalidDateRangeError(
            f"The date range ends ({last}) before it starts ({start}).", start=str(start), end=str(last)
        )
    try:
        return DateRange(start, last + timedelta(days=1))
    except OverflowError as error:
        raise InvalidDateRangeError(f"The date range ends at {last}, the last day there is.", end=str(last)) from error


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidDateRangeError(
            f"The {name} '{text}' is not a day; it is written YYYY-MM-DD.", field=name, value=text
        ) from error


def _filters(groups: Sequence[Sequence[Clause]]) -> tuple[tuple[Filter, ...], ...]:
    """Return the filters in one order, so that equal questions are equal however they were put together."""
    sets = [tuple(sorted({_filter(clause) for clause in group}, key=repr)) for group in groups if group]
    return tuple(sorted(dict.fromkeys(sets), key=repr))


def _filter(clause: Clause) -> Filter:
    return Filter(clause.field, clause.operator, clause.values, clause.type == "EXCLUDE")
