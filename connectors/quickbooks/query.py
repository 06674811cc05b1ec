"""Queries in Intuit's own language, which looks like SQL and is not: no joins, no escapes but for quotes."""

from collections.abc import Iterable, Sequence
from datetime import datetime


def page_query(entity: str, conditions: Sequence[str], start: int, most: int) -> str:
    """Return the query for a page of an entity's records, in the order of their last change."""
    return " ".join(
        (
            *_chosen(entity, "*", conditions),
            "orderby MetaData.LastUpdatedTime",
            f"startposition {start} maxresults {most}",
        )
    )


def count_query(entity: str, conditions: Sequence[str]) -> str:
    """Return the query for the number of an entity's records."""
    return " ".join(_chosen(entity, "count(*)", conditions))


def days_query(payments: Iterable[str]) -> str:
    """Return the query for the days of payments; `payments` are numbers."""
    listed = ", ".join(f"'{one}'" for one in payments)
    return " ".join((*_chosen("Payment", "Id, TxnDate", [f"Id in ({listed})"]), "maxresults 1000"))


def changed_since(moment: datetime) -> str:
    """Return the condition of a change at a moment or later."""
    return f"MetaData.LastUpdatedTime >= '{moment.isoformat()}'"


def between_days(start: datetime, end: datetime) -> list[str]:
    """Return the conditions of a day of booking, from one day up to another."""
    return [f"TxnDate >= '{start.date().isoformat()}'", f"TxnDate < '{end.date().isoformat()}'"]


def _chosen(entity: str, what: str, conditions: Sequence[str]) -> tuple[str, ...]:
    where = ("where", " and ".join(conditions)) if conditions else ()
    return ("select", what, "from", entity, *where)
