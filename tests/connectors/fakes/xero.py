"""An invented print shop's books at Xero: tenants, pages, If-Modified-Since, dates as /Date(ms)/ and its errors."""

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER = "99999999-2222-4333-8444-555555555555"
_MOST = 30  # records of a page, so that a small shop has several
_KEYS = {"Contacts": "ContactID", "Invoices": "InvoiceID", "CreditNotes": "CreditNoteID", "Payments": "PaymentID"}
_NAMES = {name.lower(): name for name in _KEYS}


class FakeXero(FakeVendor):
    """Serves 70 contacts, 100 invoices, 35 credit notes and 65 payments, up to the afternoon of 30 March 2026."""

    vendor: ClassVar[str] = "xero"
    config: ClassVar[dict[str, JsonValue]] = {"account_id": TENANT}

    def __init__(self) -> None:
        super().__init__()
        self.limit = ""  # which limit the next refusal names
        self.lacking = False  # the sign-in lacks a permission
        self.stores: dict[str, list[Record]] = {
            "Contacts": [_contact(number) for number in range(70)],
            "Invoices": [_invoice(number) for number in range(100)],
            "CreditNotes": [_credit_note(number) for number in range(35)],
            "Payments": [_payment(number) for number in range(65)],
        }

    def unauthorised(self) -> Told:
        """Return how Xero refuses a token."""
        body = {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired at 03/30/2026 14:00:00"}
        return Told(401, body, {"Xero-Correlation-Id": "c0ffee"})

    def too_many(self) -> Told:
        """Return how Xero says that there were too many requests."""
        left = {"X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "4211", "X-AppMinLimit-Remaining": "9999"}
        return Told(429, b"{}", {**left, "X-Rate-Limit-Problem": self.limit or "minute"})

    def answer(self, asked: Asked) -> Told:
        """Return what Xero answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if asked.path == "/connections":
            return Told(body=[_tenant(TENANT, "Imagined Prints"), _tenant(OTHER, "Imagined Frames")])
        if asked.headers.get("xero-tenant-id") != TENANT:
            return Told(403, {"Title": "Forbidden", "Status": 403, "Detail": "AuthenticationUnsuccessful"})
        if self.lacking:
            return Told(401, {"Title": "Unauthorized", "Status": 401, "Detail": "AuthorizationUnsuccessful"})
        name = asked.path.removeprefix("/api.xro/2.0/")
        if name not in self.stores or asked.headers.get("accept") != "application/json":
            return Told(404, {"Title": "The resource you're looking for cannot be found", "Status": 404})
        rows = [one for one in self.stores[name] if self.looping or _fits(one, asked)]
        rows.sort(key=_changed)
        page, size = asked.number("page", 1), min(_MOST, asked.number("pageSize", 100))
        start = 0 if self.looping else (page - 1) * size
        count = -(-len(rows) // size)
        pagination: Record = {"page": page, "pageSize": size, "pageCount": count, "itemCount": len(rows)}
        return Told(body={"Status": "OK", "pagination": pagination, name: rows[start : start + size]}, headers=_LEFT)

    def truth(self, stream: str) -> list[Record]:
        """Return what a complete read must give; invoices of suppliers are not asked for."""
        name = _NAMES[stream]
        return [one for one in self.stores[name] if str(one.get("Type", "ACCREC")).startswith("ACCREC")]

    def change(self, stream: str) -> bool:
        """Change a record and add another."""
        name = _NAMES[stream]
        rows = self.stores[name]
        moment = _date(self.now + timedelta(minutes=1))
        rows[2] = {**rows[2], "UpdatedDateUTC": moment, "Reference": "Changed"}
        rows.append({**rows[2], _KEYS[name]: _uuid(name, 900)})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a record a day that is none."""
        if stream == "contacts":
            return False
        self.stores[_NAMES[stream]][4]["Date"] = "/Date(soon)/"
        return True

    def remove(self, name: str, number: int) -> None:
        """Delete a record: it stays, with another status."""
        moment = _date(self.now + timedelta(minutes=2))
        self.stores[name][number] = {**self.stores[name][number], "Status": "DELETED", "UpdatedDateUTC": moment}


_LEFT = {"X-MinLimit-Remaining": "58", "X-DayLimit-Remaining": "4900", "X-AppMinLimit-Remaining": "9998"}


def _tenant(tenant: str, name: str) -> Record:
    return {"id": f"c-{tenant}", "tenantId": tenant, "tenantType": "ORGANISATION", "tenantName": name}


def _fits(one: Record, asked: Asked) -> bool:
    since = asked.headers.get("if-modified-since")
    dated = ["-".join(one) for one in re.findall(r"DateTime\((\d+),(\d+),(\d+)\)", asked.one("where"))]
    if dated and not dated[0] <= _moment(one, "Date").date().isoformat() < dated[1]:
        return False
    wanted = re.search(r'Type=="(\w+)"', asked.one("where"))
    return (
        (since is None or _changed(one) > datetime.fromisoformat(since).replace(tzinfo=UTC))
        and (wanted is None or one.get("Type") == wanted[1])
        and (one.get("ContactStatus") != "ARCHIVED" or asked.one("includeArchived") == "true")
    )


def _changed(one: Record) -> datetime:
    return _moment(one, "UpdatedDateUTC")


def _moment(one: Record, field: str) -> datetime:
    found = re.search(r"-?\d+", str(one[field]))
    assert found
    return datetime.fromtimestamp(int(found[0]) / 1000, UTC)


def _date(moment: datetime) -> str:
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def _day(text: str) -> str:
    return _date(datetime.fromisoformat(text).replace(tzinfo=UTC))


def _uuid(name: str, number: int) -> str:
    return f"{len(name):08}-0000-4000-8000-{number:012}"


def _updated(number: int) -> str:
    return _date(datetime(2025, 12, 5, 9, tzinfo=UTC) + timedelta(hours=number, milliseconds=157))


def _contact(number: int) -> Record:
    towns: list[JsonValue] = [
        {"AddressType": "STREET", "City": "", "Country": ""},
        {"AddressType": "POBOX", "City": "Bergen", "Country": "Norway"},
    ]
    merged: Record = {"MergedToContactID": _uuid("Contacts", 1)} if number == 5 else {}
    return {
        "ContactID": _uuid("Contacts", number),
        "ContactStatus": "ARCHIVED" if number in (5, 6) else "ACTIVE",
        "Name": f"Gallery {number}",
        "FirstName": "Ada",
        "LastName": f"Frame{number}",
        "EmailAddress": f"ada@gallery{number}.example",
        "Website": f"http://gallery{number}.example" if number % 2 else "",
        "Addresses": towns,
        "IsCustomer": number != 7,
        "IsSupplier": number == 7,
        "UpdatedDateUTC": _updated(number),
        **merged,
    }


def _bill(number: int, kind: str, amount: float, tax: float) -> Record:
    return {
        "Type": kind,
        "Contact": {"ContactID": _uuid("Contacts", number % 70), "Name": f"Gallery {number % 70}"},
        "Date": _day(f"2026-01-{number % 28 + 1:02}"),
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "SubTotal": amount,
        "TotalTax": tax,
        "Total": round(amount + tax, 2),
        "CurrencyCode": "EUR",
        "CurrencyRate": 1.0,
        "UpdatedDateUTC": _updated(number),
    }


def _invoice(number: int) -> Record:
    paid = number < 60
    one = _bill(number, "ACCPAY" if number in (90, 91) else "ACCREC", 100.1, 25.03)
    one |= {"InvoiceID": _uuid("Invoices", number), "InvoiceNumber": f"INV-{number:04}", "DueDate": _day("2026-02-15")}
    one |= {"AmountPaid": 0.0, "AmountCredited": 0.0, "AmountDue": one["Total"]}
    if paid:
        one |= {"Status": "PAID", "AmountPaid": one["Total"], "AmountDue": 0.0, "FullyPaidOnDate": _day("2026-02-10")}
    match number:
        case 61:
            one["Status"] = "VOIDED"
        case 62:
            one |= {"CurrencyCode": "JPY", "SubTotal": 5000.0, "TotalTax": 500.0, "Total": 5500.0, "AmountDue": 5500.0}
        case 63:
            one |= {"CurrencyCode": "KWD", "SubTotal": 12.345, "TotalTax": 0.0, "Total": 12.345, "AmountDue": 12.345}
        case 64:
            one |= {"TotalDiscount": 9.9, "AmountCredited": 25.13, "AmountDue": 100.0}
    return one


def _credit_note(number: int) -> Record:
    one = _bill(number, "ACCPAYCREDIT" if number == 34 else "ACCRECCREDIT", 20.1, 5.03)
    return one | {"CreditNoteID": _uuid("CreditNotes", number), "CreditNoteNumber": f"CN-{number:04}"}


def _payment(number: int) -> Record:
    kinds = {60: "ARCREDITPAYMENT", 61: "AROVERPAYMENTPAYMENT", 62: "ACCPAYPAYMENT"}
    paid: Record = {
        "InvoiceID": _uuid("Invoices", number),
        "Contact": {"ContactID": _uuid("Contacts", number)},
        "CurrencyCode": "EUR",
    }
    return {
        "PaymentID": _uuid("Payments", number),
        "PaymentType": kinds.get(number, "ACCRECPAYMENT"),
        "Status": "AUTHORISED",
        "Date": _day("2026-02-10"),
        "Amount": 125.13,
        "CurrencyRate": 1.0,
        "Invoice": paid,
        "UpdatedDateUTC": _updated(number),
    }
