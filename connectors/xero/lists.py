"""The lists of Xero: the stream of each, what it is asked with, and what staging needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.source import DeleteSignal, Stream

OVERLAP = timedelta(minutes=5)  # read again: a record appears a moment after it is dated


@dataclass(frozen=True)
class XeroList:
    """One list: its stream and what it is asked with."""

    stream: Stream
    path: str
    params: Mapping[str, str]


def _list(
    path: str, *entities: str, key: str, fields: str, reads: str, params: Mapping[str, str] | None = None
) -> XeroList:
    stream = Stream(
        path.lower(),
        (key,),
        entities,
        deletes=DeleteSignal.FLAG,
        lookback=OVERLAP,
        reads=reads,
        fields=tuple(fields.split()),
    )
    return XeroList(stream, path, params or {})


LISTS = (
    _list(
        "Contacts",
        "account",
        "contact",
        key="ContactID",
        fields="Name FirstName LastName EmailAddress ContactStatus IsCustomer IsSupplier Website Addresses "
        "AccountNumber MergedToContactID UpdatedDateUTC",
        reads="Contacts with their names, e-mail addresses and towns, also archived ones",
        params={"includeArchived": "true"},
    ),
    _list(
        "Invoices",
        "invoice",
        key="InvoiceID",
        fields="InvoiceNumber Status Contact Date DueDate FullyPaidOnDate CurrencyCode SubTotal TotalTax Total "
        "TotalDiscount AmountPaid AmountCredited AmountDue UpdatedDateUTC",
        reads="Sales invoices and how far they are paid",
        params={"where": 'Type=="ACCREC"'},
    ),
    _list(
        "CreditNotes",
        "invoice",
        key="CreditNoteID",
        fields="CreditNoteNumber Status Contact Date CurrencyCode SubTotal TotalTax Total UpdatedDateUTC",
        reads="Credit notes to customers",
        params={"where": 'Type=="ACCRECCREDIT"'},
    ),
    _list(
        "Payments",
        "payment",
        key="PaymentID",
        fields="PaymentType Status Date Amount Invoice CurrencyCode UpdatedDateUTC",
        reads="Payments and refunds",
    ),
)


def list_of(stream: Stream) -> XeroList:
    """Return the list of a stream."""
    return next(one for one in LISTS if one.stream.name == stream.name)
