"""An invented builder's books at QuickBooks Online: queries, changes with deletes, faults of both spellings."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar, cast

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

REALM = "4620816365001234567"
_QUERY = re.compile(
    r"select (?P<fields>[\w*(), ]+) from (?P<entity>\w+)"
    r"(?: where (?P<where>.+?))?"
    r"(?: orderby MetaData\.LastUpdatedTime)?"
    r"(?: startposition (?P<start>\d+))?(?: maxresults (?P<most>\d+))?$"
)
_CHANGED = re.compile(r"MetaData\.LastUpdatedTime >= '([^']+)'")
_STREAMS = {
    "customers": "Customer",
    "invoices": "Invoice",
    "credit_memos": "CreditMemo",
    "sales_receipts": "SalesReceipt",
    "payments": "Payment",
    "refund_receipts": "RefundReceipt",
}
_KEYED = ("CreditMemo", "SalesReceipt", "RefundReceipt")


class FakeQuickBooks(FakeVendor):
    """Serves 60 customers, 90 invoices, 60 payments and a few of the rest, up to the afternoon of 30 March 2026."""

    vendor: ClassVar[str] = "quickbooks"
    credentials: ClassVar[dict[str, str]] = {"access_token": "first-token", "realmId": REALM}
    renewed: ClassVar[dict[str, str]] = {"access_token": "second-token", "realmId": REALM}
    config: ClassVar[dict[str, JsonValue]] = {"account_id": REALM, "home_currency": "EUR"}

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[tuple[str, str, datetime]] = []  # entity, number, moment
        self.fault: tuple[int, Record] | None = None  # what the next request is answered
        self.stores: dict[str, list[Record]] = {
            "Customer": [_customer(number) for number in range(1, 61)],
            "Invoice": [_invoice(number) for number in range(1, 91)],
            "CreditMemo": [_bill(number, "CM", 4200, Balance=0) for number in range(1, 13)],
            "SalesReceipt": [_bill(number, "SR", 9900) for number in range(1, 26)],
            "Payment": [_payment(number) for number in range(1, 61)],
            "RefundReceipt": [_bill(number, "RR", 1210) for number in range(1, 7)],
        }

    def unauthorised(self) -> Told:
        """Return how Intuit refuses a token: everything in lower case."""
        message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
        error: Record = {"message": message, "detail": "Token expired", "code": "3200", "element": None}
        return Told(401, {"fault": {"error": [error], "type": "AUTHENTICATION"}, "time": 1}, _TID)

    def answer(self, asked: Asked) -> Told:
        """Return what QuickBooks answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if self.fault is not None:
            status, body = self.fault
            self.fault = None
            return Told(status, body, _TID)
        base, _, what = asked.path.removeprefix("/v3/company/").partition("/")
        if base != REALM or asked.number("minorversion") < 75:
            return fault(403, "3100", "ApplicationAuthorizationFailed")
        answers: dict[str, Callable[[Asked], Told]] = {"query": self._query, "cdc": self._changes}
        return answers[what](asked) if what in answers else fault(400, "2010", "Unsupported operation")

    def truth(self, stream: str) -> list[Record]:
        """Return what a complete read must give."""
        entity = _STREAMS[stream]
        rows = self.stores[entity]
        if entity in _KEYED:
            return [{"TxnKey": f"{entity}-{one['Id']}", **one} for one in rows]
        return [{**one, "PaidOn": self._paid_on(one)} for one in rows] if entity == "Invoice" else rows

    def change(self, stream: str) -> bool:
        """Change a record and add another."""
        rows = self.stores[_STREAMS[stream]]
        meta: Record = {"CreateTime": _iso(self.now), "LastUpdatedTime": _iso(self.now + timedelta(minutes=1))}
        rows[2] = {**rows[2], "SyncToken": "7", "MetaData": meta, "PrivateNote": "Changed"}
        rows.append({**rows[2], "Id": "901", "SyncToken": "0"})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a record a day that is none."""
        if stream == "customers":
            return False
        self.stores[_STREAMS[stream]][3]["TxnDate"] = "2026-02-31"
        return True

    def delete(self, entity: str, number: str) -> None:
        """Delete a record; only the list of changes tells of it."""
        self.stores[entity] = [one for one in self.stores[entity] if one["Id"] != number]
        self.deleted.append((entity, number, self.now + timedelta(minutes=2)))

    def _query(self, asked: Asked) -> Told:
        found = _QUERY.match(asked.one("query"))
        if found is None:
            return fault(400, "4000", "QueryParserError: " + asked.one("query"))
        entity = found["entity"]
        if entity == "CompanyInfo":
            return _answered(entity, [{"Id": "1", "CompanyName": "Imagined Builders", "Country": "IE"}])
        if entity == "Preferences":
            return _answered(entity, [{"Id": "1", "CurrencyPrefs": {"HomeCurrency": {"value": "EUR"}}}])
        where = "Active in (true, false)" if self.looping else found["where"] or ""
        rows = [one for one in self.stores[entity] if _fits(one, entity, where)]
        if found["fields"] == "count(*)":
            return Told(body={"QueryResponse": {"totalCount": len(rows)}, "time": "2026-03-30T08:00:00.000-07:00"})
        rows.sort(key=_changed)
        start = 1 if self.looping else int(found["start"] or 1)
        most = min(int(found["most"] or 100), 1000)
        return _answered(entity, rows[start - 1 : start - 1 + most])

    def _changes(self, asked: Asked) -> Told:
        entity, since = asked.one("entities"), datetime.fromisoformat(asked.one("changedSince"))
        gone: list[Record] = [
            {"domain": "QBO", "status": "Deleted", "Id": number, "MetaData": {"LastUpdatedTime": _iso(moment)}}
            for kind, number, moment in self.deleted
            if kind == entity and moment >= since
        ]
        rows = [one for one in self.stores[entity] if _changed(one) >= since]
        body: Record = {entity: cast("JsonValue", (rows + gone)[:1000])} if rows or gone else {}
        return Told(body={"CDCResponse": [{"QueryResponse": [body]}], "time": _iso(self.now)})

    def _paid_on(self, invoice: Record) -> str | None:
        linked = {str(one["TxnId"]) for one in cast("list[Record]", invoice["LinkedTxn"])}
        days = [str(one["TxnDate"]) for one in self.stores["Payment"] if one["Id"] in linked]
        return max(days) if days and invoice["Balance"] == 0 else None


_TID = {"intuit_tid": "1-imagined"}


def fault(status: int, code: str, message: str) -> Told:
    """Return a fault as most of the API spells it."""
    error = {"Message": message, "Detail": message, "code": code}
    return Told(status, {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "x"}, _TID)


def _answered(entity: str, rows: list[Record]) -> Told:
    listed: Record = {entity: cast("JsonValue", rows), "startPosition": 1, "maxResults": len(rows)} if rows else {}
    return Told(body={"QueryResponse": listed, "time": "2026-03-30T08:00:00.000-07:00"})


def _fits(one: Record, entity: str, where: str) -> bool:
    if entity == "Customer" and "Active in (true, false)" not in where and not one["Active"]:
        return False
    if "Id in" in where:
        return str(one["Id"]) in re.findall(r"'(\d+)'", where)
    booked = re.findall(r"TxnDate \S+ '([^']+)'", where)
    if booked and not booked[0] <= str(one["TxnDate"]) < booked[1]:
        return False
    found = _CHANGED.search(where)
    return found is None or _changed(one) >= datetime.fromisoformat(found[1])


def _changed(one: Record) -> datetime:
    return datetime.fromisoformat(str(cast("Record", one["MetaData"])["LastUpdatedTime"]))


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _meta(number: int) -> Record:
    # Some share a second, as records that were imported together do.
    moment = datetime(2025, 12, 5, tzinfo=UTC) + timedelta(days=number // 4)
    return {"CreateTime": "2025-12-04T10:00:00-07:00", "LastUpdatedTime": _iso(moment)}


def _customer(number: int) -> Record:
    named: Record = {
        "BillAddr": {"City": "Sligo", "Country": "Ireland", "Line1": f"{number} Quay"},
        "PrimaryEmailAddr": {"Address": f"office@site{number}.example"},
        "WebAddr": {"URI": f"https://www.site{number}.example/home"},
    }
    return {
        "Id": str(number),
        "SyncToken": "0",
        "Active": number != 9,
        "CompanyName": f"Site {number}",
        "DisplayName": f"Site {number}" + (" (deleted)" if number == 9 else ""),
        "Balance": 0,
        "MetaData": _meta(number),
        **(named if number % 5 else {}),
    }


def _bill(number: int, prefix: str, cents: int, **more: JsonValue) -> Record:
    tax = cents * 21 // 121
    return {
        "Id": str(number),
        "SyncToken": "0",
        "DocNumber": f"{prefix}-{number}",
        "TxnDate": f"2026-01-{number % 28 + 1:02}",
        "CurrencyRef": {"value": "EUR", "name": "Euro"},
        "CustomerRef": {"value": str(number % 60 + 1), "name": "Site"},
        "Line": [{"Amount": (cents - tax) / 100, "DetailType": "SalesItemLineDetail"}],
        "TotalAmt": cents / 100,
        "TxnTaxDetail": {"TotalTax": tax / 100},
        "MetaData": _meta(number),
        **more,
    }


def _invoice(number: int) -> Record:
    paid = number <= 60
    linked: list[JsonValue] = [{"TxnId": str(number), "TxnType": "Payment"}] if paid else []
    one = _bill(number, "IN", 12_100 + number, DueDate="2026-02-28", LinkedTxn=linked)
    one["Balance"] = 0 if paid else one["TotalAmt"]
    if number == 7:
        lines: list[JsonValue] = [
            {"Amount": 100.0, "DetailType": "SalesItemLineDetail"},
            {"Amount": 10.1, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": False}},
        ]
        return {**one, "Line": lines, "TotalAmt": 108.78, "TxnTaxDetail": {"TotalTax": 18.88}}
    if number == 8:
        return {**one, "TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided", "LinkedTxn": [], "TxnTaxDetail": {}}
    if number == 11:
        return {**one, "CurrencyRef": {"value": "JPY"}, "TotalAmt": 5000.0, "TxnTaxDetail": {"TotalTax": 0}}
    if number == 12:
        return {**one, "CurrencyRef": {"value": "KWD"}, "TotalAmt": 12.345, "TxnTaxDetail": {"TotalTax": 0.345}}
    if number == 13:
        return {name: value for name, value in one.items() if name != "CurrencyRef"}
    return one


def _payment(number: int) -> Record:
    cents = 12_100 + number
    invoices = [str(number)] if number != 20 else ["20", "21"]
    lines: list[JsonValue] = [
        {"Amount": cents / 100, "LinkedTxn": [{"TxnId": name, "TxnType": "Invoice"}]} for name in invoices
    ]
    return {
        "Id": str(number),
        "SyncToken": "0",
        "TxnDate": f"2026-02-{number % 28 + 1:02}",
        "TotalAmt": cents / 100,
        "CurrencyRef": {"value": "EUR"},
        "CustomerRef": {"value": str(number % 60 + 1), "name": "Site"},
        "PaymentMethodRef": {"value": "2", "name": "Transfer"},
        "Line": lines,
        "MetaData": _meta(number),
    }
