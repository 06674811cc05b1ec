"""From a request of Looker Studio to a Query: dates, filters, fields. No SQL and no row is touched here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from api.looker.messages import Clause, DataRequest, DateWish, FieldWish
from api.world import Field, Fields
from schemas import Aliases, Compiled, DateRange, Filter, Money, Query, Scope, current_id
from schemas.errors import InvalidDateRangeError, UnknownFieldError


@dataclass(frozen=True)
class Wish:
    """A translated request: the query, and the fields under the ids and in the order in which they were asked for.

    `asked_as` names, for each field of the query, the ids that it was asked under: its own, an old one or both;
    `for_filters` are those ids that were asked for filters alone.
    """

    query: Query
    fields: tuple[str, ...]
    asked_as: Mapping[str, tuple[str, ...]]
    for_filters: frozenset[str]

    def answered(self, compiled: Compiled, fields: Fields) -> tuple[Compiled, list[Field]]:
        """Return what to run and the fields that its columns are answered as: a column for each id asked for."""
        left_out = self.for_filters if compiled.filters_applied else frozenset()
        columns = [
            (column, name) for column in compiled.columns for name in self.asked_as[column.name] if name not in left_out
        ]
        shown = [fields[name] for _, name in columns]
        return replace(compiled, columns=tuple(column for column, _ in columns)), shown

    def on_calendar(self, week_start: int, fiscal_year_start: int, today: date, now: datetime | None) -> "Wish":
        """Return the same wish with the workspace's weeks (days after Monday), financial years (first month) and day.

        `now` is UTC without a zone; None where no age is asked for, so that such answers stay in the cache.
        """
        query = replace(self.query, week_start=week_start, fiscal_year_start=fiscal_year_start, today=today, now=now)
        return replace(self, query=query)

    def cache_key(self) -> tuple[str, ...]:
        """Return everything that decides the answer, apart from workspace and data version."""
        query = self.query
        # repr, because 1, 1.0 and True are equal to Python and different to a filter.
        calendar = (query.week_start, query.fiscal_year_start, query.today, query.now)
        rest = repr((query.dates, query.filters, query.filter_only, query.money, calendar))
        clients, showing = ",".join(sorted(query.scope.client_account_ids)), query.scope.personal.showing
        return (query.dataset, clients, showing.value, ",".join(self.fields), rest)


def to_wish(request: DataRequest, dataset: str, fields: Fields, scope: Scope, money: Money, aliases: Aliases) -> Wish:
    """Translate a request to a dataset whose fields are `fields`; the query knows no old ids."""
    ids = _asked_fields(request.fields or (), dataset, fields)
    asked: dict[str, bool] = {}
    asked_as: dict[str, tuple[str, ...]] = {}
    for name, only in ids.items():
        current = current_id(aliases, name)
        asked[current] = only and asked.get(current, True)
        asked_as[current] = (*asked_as.get(current, ()), name)
    filter_only = tuple(name for name, only in asked.items() if only and _is_dimension(fields[name]))
    # A metric that is wanted for filters alone can never be filtered here, so it goes out as any other.
    wanted = tuple(name for name in asked if name not in filter_only)
    query = Query(
        dataset=dataset,
        dimensions=tuple(name for name in wanted if _is_dimension(fields[name])),
        metrics=tuple(name for name in wanted if not _is_dimension(fields[name])),
        scope=scope,
        dates=_dates(request.date_range),
        filters=_filters(request.filters or (), aliases),
        filter_only=filter_only,
        money=money,
        columns=wanted,
    )
    for_filters = frozenset(name for name, only in ids.items() if only and _is_dimension(fields[name]))
    return Wish(query, tuple(ids), asked_as, for_filters)


def _asked_fields(wishes: Sequence[FieldWish], dataset: str, fields: Fields) -> dict[str, bool]:
    """Return each field once, in the order of asking, and whether it is for filters alone."""
    asked: dict[str, bool] = {}
    for wish in wishes:
        if wish.name not in fields:
            raise UnknownFieldError(wish.name, dataset, fields)
        asked[wish.name] = wish.for_filter_only and asked.get(wish.name, True)
    return asked


def _is_dimension(field: Field) -> bool:
    semantics = field["semantics"]
    return isinstance(semantics, Mapping) and semantics["conceptType"] == "DIMENSION"


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


def _filters(groups: Sequence[Sequence[Clause]], aliases: Aliases) -> tuple[tuple[Filter, ...], ...]:
    """Return the filters in one order, so that equal questions are equal however they were put together."""
    sets = [tuple(sorted({_filter(clause, aliases) for clause in group}, key=repr)) for group in groups if group]
    return tuple(sorted(dict.fromkeys(sets), key=repr))


def _filter(clause: Clause, aliases: Aliases) -> Filter:
    return Filter(current_id(aliases, clause.field), clause.operator, clause.values, clause.type == "EXCLUDE")
