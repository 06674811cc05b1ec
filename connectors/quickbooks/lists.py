"""The lists of QuickBooks Online: its entities, the streams that they are, and what staging needs of them."""

from dataclasses import dataclass
from datetime import timedelta

from connectors.json_value import JsonValue, text_at
from connectors.source import DeleteSignal, Stream

Record = dict[str, JsonValue]
OVERLAP = timedelta(minutes=5)  # read again: a record appears a moment after it is dated
KEY = "TxnKey"  # of entities that feed the same table as others, whose numbers could be the same


@dataclass(frozen=True)
class QuickBooksList:
    """One list: its stream, the entity at QuickBooks, and what every query asks for."""

    stream: Stream
    entity: str
    where: tuple[str, ...] = ()

    def keyed(self, record: Record) -> Record:
        """Return a record with its key."""
        return {KEY: f"{self.entity}-{text_at(record, 'Id')}", **record} if self.key == KEY else record

    @property
    def key(self) -> str:
        """Return the field that holds the key."""
        return self.stream.primary_key[0]


def _list(
    name: str, entity: str, *feeds: str, key: str = "Id", fields: str, reads: str, where: tuple[str, ...] = ()
) -> QuickBooksList:
    stream = Stream(
        name,
        (key,),
        feeds,
        version_field="SyncToken",
        deletes=DeleteSignal.TOMBSTONES,
        lookback=OVERLAP,
        reads=reads,
        fields=("Id", "SyncToken", "MetaData", *fields.split()),
    )
    return QuickBooksList(stream, entity, where)


_BILL = "DocNumber TxnDate CurrencyRef CustomerRef TotalAmt TxnTaxDetail Line PrivateNote"

LISTS = (
    _list(
        "customers",
        "Customer",
        "account",
        "contact",
        fields="DisplayName CompanyName GivenName FamilyName PrimaryEmailAddr WebAddr BillAddr Active",
        reads="Customers with their names, e-mail addresses and towns, also inactive ones",
        where=("Active in (true, false)",),
    ),
    _list(
        "invoices",
        "Invoice",
        "invoice",
        fields=f"{_BILL} DueDate Balance PaidOn",
        reads="Invoices and how far they are paid",
    ),
    _list("credit_memos", "CreditMemo", "invoice", key=KEY, fields=f"{_BILL} Balance", reads="Credit memos"),
    _list(
        "sales_receipts",
        "SalesReceipt",
        "invoice",
        "payment",
        key=KEY,
        fields=f"{_BILL} PaymentMethodRef",
        reads="Sales that were paid at once",
    ),
    _list(
        "payments",
        "Payment",
        "payment",
        fields="TxnDate CurrencyRef CustomerRef TotalAmt Line PaymentMethodRef PrivateNote",
        reads="Payments of invoices",
    ),
    _list("refund_receipts", "RefundReceipt", "payment", key=KEY, fields=f"{_BILL} PaymentMethodRef", reads="Refunds"),
)


def list_of(stream: Stream) -> QuickBooksList:
    """Return the list of a stream."""
    return next(one for one in LISTS if one.stream.name == stream.name)
