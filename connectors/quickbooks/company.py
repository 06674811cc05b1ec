"""Asks a company at QuickBooks Online: queries, what was deleted, and when invoices were paid."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from connectors.errors import StopError
from connectors.http import Params
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.quickbooks.lists import QuickBooksList, Record
from connectors.quickbooks.query import days_query
from connectors.source import Context

MINOR_VERSION = 75
DELETES_KEPT = timedelta(days=29)  # thirty by Intuit's word, less a day for a sync that comes late
_CHANGES = 1000  # the most that one answer of changes holds
_IDS = 200  # of payments in one query


class Company:
    """Reads one company."""

    def __init__(self, context: Context) -> None:
        self._api = context.api
        self._currency = context.text("home_currency")

    async def query(self, text: str) -> JsonValue:
        """Return the answer to a query in Intuit's own language."""
        return await self._api.get("query", {"query": text, "minorversion": MINOR_VERSION})

    async def deleted(self, chosen: QuickBooksList, since: datetime) -> list[Record]:
        """Return the keys of what was deleted since a moment, which may be 30 days ago at most."""
        gone: dict[str, Record] = {}
        while True:
            params: Params = {
                "entities": chosen.entity,
                "changedSince": since.isoformat(),
                "minorversion": MINOR_VERSION,
            }
            found = await self._api.get("cdc", params)
            changed = [
                record
                for answer in records_at(found, "CDCResponse", 0, "QueryResponse")
                for record in records_at(answer, chosen.entity)
            ]
            gone |= {text_at(one, "Id"): one for one in changed if one.get("status") == "Deleted"}
            reached = max((moment for one in changed if (moment := changed_at(one))), default=since)
            if len(changed) < _CHANGES:
                return [{chosen.key: text_at(chosen.keyed(one), chosen.key)} for one in gone.values()]
            if reached <= since:
                raise StopError("QuickBooks Online's list of changes leads in a circle.", source="quickbooks")
            since = reached

    async def completed(self, chosen: QuickBooksList, records: Sequence[Record]) -> list[Record]:
        """Return records with their keys, with the company's currency where they name none, and invoices with the day
        on which the last of their payments came.
        """
        home: Record = {"CurrencyRef": {"value": self._currency}} if self._currency else {}
        whole = [{**home, **chosen.keyed(one)} for one in records]
        if chosen.entity != "Invoice":
            return whole
        linked = {text_at(one, "Id"): _payments(one) for one in whole if at(one, "Balance") in (0, 0.0)}
        days = await self._days([name for names in linked.values() for name in names])
        return [{**one, "PaidOn": _last(linked.get(text_at(one, "Id"), []), days)} for one in whole]

    async def _days(self, payments: Sequence[str]) -> dict[str, str]:
        ids, days = list(dict.fromkeys(payments)), dict[str, str]()
        for start in range(0, len(ids), _IDS):
            found = await self.query(days_query(ids[start : start + _IDS]))
            for one in records_at(found, "QueryResponse", "Payment"):
                days[text_at(one, "Id")] = text_at(one, "TxnDate")
        return days


def changed_at(record: Mapping[str, JsonValue]) -> datetime | None:
    """Return when a record was changed last."""
    return moment_of(text_at(record, "MetaData", "LastUpdatedTime"))


def moment_of(text: str) -> datetime | None:
    """Return a moment that knows its zone; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _payments(invoice: Record) -> list[str]:
    linked = (one for one in records_at(invoice, "LinkedTxn") if one.get("TxnType") == "Payment")
    return [name for one in linked if (name := text_at(one, "TxnId")).isdigit()]


def _last(payments: Sequence[str], days: Mapping[str, str]) -> str | None:
    return max((days[one] for one in payments if one in days), default=None)
