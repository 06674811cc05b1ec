"""Holds every request that comes through a share link to what the link shows. This is the one place that does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.errors import NotFoundError
from api.looker.messages import Clause, DataRequest, DateWish, FieldWish
from api.shares.records import ShareLimits
from looker_templates import Report, one_of
from schemas import Aliases, current_id

# Grains of the page's own period: the viewer asks for days by itself to see how far the data go.
_CALENDAR = frozenset({"date_day", "date_week", "date_month", "date_quarter", "date_year"})
_OF_THE_PERIOD = frozenset({"goal", "status"})


@dataclass(frozen=True)
class Confined:
    """A request that is held to a link; `is_empty` when the link shows none of the days that it asks for."""

    request: DataRequest
    is_empty: bool


def fields_of(report: Report) -> Mapping[str, frozenset[str]]:
    """Return the fields that a report asks for, by dataset."""
    shown: dict[str, set[str]] = {}
    for alias, source in report.sources.items():
        names = shown.setdefault(source.dataset, set(_CALENDAR))
        names.update(source.required, source.optional)
        for control in report.controls:
            if getattr(control, "source", None) == alias:
                own = (getattr(control, "dimension", None), getattr(control, "order_by", None))
                names.update(one for one in own if one)
    return {dataset: frozenset(names) for dataset, names in shown.items()}


def check_dataset(limits: ShareLimits, dataset: str) -> None:
    """Refuse every dataset that the report does not ask, in the words for one that there is not."""
    if dataset not in limits.fields:
        raise NotFoundError("There is no such dataset in this report.")


def is_shown(limits: ShareLimits, dataset: str, name: str, aliases: Aliases) -> bool:
    """Tell whether a link shows a field; what is made from a metric is shown with it, as far as its days are."""
    shown = {current_id(aliases, one) for one in limits.fields[dataset]} | limits.fields[dataset]
    if current_id(aliases, name) in shown:
        return True
    base, _, made = name.partition("__")
    return bool(made) and current_id(aliases, base) in shown and (limits.dates is None or made in _OF_THE_PERIOD)


def confine(
    limits: ShareLimits, dataset: str, request: DataRequest, fields: Mapping[str, object], aliases: Aliases
) -> Confined:
    """Return a request with the link's filters and days in it; refuse what the link does not show.

    `fields` are all fields of the dataset. Where a fixed filter cannot act, nothing is answered at all.
    """
    asked = [one.name for one in request.fields or ()]
    asked += [clause.field for group in request.filters or () for clause in group]
    if any(not is_shown(limits, dataset, name, aliases) for name in asked):
        raise NotFoundError("This field is hidden for this link.")
    if blind := [name for name in limits.filters if name not in fields]:
        raise NotFoundError(f"Hidden for this link: these numbers cannot be narrowed by {', '.join(sorted(blind))}.")
    if not all(limits.filters.values()):
        raise NotFoundError("Hidden for this link: one of its filters names no value.")
    change: dict[str, object] = {}
    if not request.fields:
        wanted = tuple(FieldWish(name=name) for name in fields if is_shown(limits, dataset, name, aliases))
        change["fields"] = wanted
    # The reader's own filters stay; conditions only ever narrow each other.
    held = [_group(name, values) for name, values in limits.filters.items()]
    change["filters"] = (*(request.filters or ()), *held)
    days = _within(limits.dates, request.date_range)
    if limits.dates is not None:
        first, last = days or limits.dates
        change["date_range"] = DateWish(startDate=first.isoformat(), endDate=last.isoformat())
    return Confined(request.model_copy(update=change), limits.dates is not None and days is None)


def _group(name: str, values: tuple[str | None, ...]) -> tuple[Clause, ...]:
    return tuple(Clause.model_validate(one) for one in one_of(name, values))


def _within(fixed: tuple[date, date] | None, wish: DateWish | None) -> tuple[date, date] | None:
    """Return the days that are both fixed and asked for; None if there are none, or nothing is fixed."""
    if fixed is None:
        return None
    first, last = fixed
    try:
        start = date.fromisoformat(wish.start) if wish and wish.start else first
        end = date.fromisoformat(wish.end) if wish and wish.end else last
    except ValueError as error:
        raise NotFoundError("These days are hidden for this link.") from error
    first, last = max(first, start), min(last, end)
    return (first, last) if first <= last else None


def shows_text(limits: ShareLimits, client_account_id: str | None, first: date, last: date) -> bool:
    """Tell whether a text that people wrote about a client (None: about all) and a period may be read by a link.

    A text speaks of the whole: where filters are fixed there is none.
    """
    if limits.filters or (client_account_id is None and not limits.every_client):
        return False
    return limits.dates is None or (limits.dates[0] <= first and last <= limits.dates[1])
