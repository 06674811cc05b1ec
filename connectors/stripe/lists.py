"""Stripe's lists: the stream of each, where it lies, and the events that tell of its changes."""

from dataclasses import dataclass
from datetime import timedelta

from connectors.http import Params
from connectors.source import DeleteSignal, Stream
from connectors.stripe.api import expanding

EVENTS_KEPT = timedelta(days=29)  # thirty by Stripe's word, less a day for a sync that comes late


@dataclass(frozen=True)
class StripeList:
    """One list. `expand` names what an object shall hold in full; in a list each name begins with `data.`."""

    stream: Stream
    path: str
    events: tuple[str, ...]  # one name may end in .*
    expand: tuple[str, ...] = ()
    always: tuple[tuple[str, str], ...] = ()  # parameters of every request of the list

    @property
    def list_params(self) -> Params:
        """Return the parameters of the list."""
        return {**dict(self.always), **expanding([f"data.{name}" for name in self.expand])}

    @property
    def event_params(self) -> Params:
        """Return the parameters that choose the events."""
        if len(self.events) == 1:
            return {"type": self.events[0]}
        return {"types[]": list(self.events)}


def _stream(name: str, *entities: str, fields: str, reads: str, window: int | None = None) -> Stream:
    return Stream(
        name,
        ("id",),
        entities,
        deletes=DeleteSignal.TOMBSTONES,
        window=None if window is None else timedelta(days=window),
        reads=reads,
        fields=tuple(fields.split()),
    )


LISTS = (
    StripeList(
        _stream(
            "customers",
            "account",
            "contact",
            fields="name email description address metadata preferred_locales created",
            reads="Customers with their names, e-mail and postal addresses",
        ),
        "customers",
        ("customer.created", "customer.updated", "customer.deleted"),
    ),
    StripeList(
        _stream(
            "subscriptions",
            "subscription_item",
            fields="valid_from valid_to product subscription subscription_item bill discounts",
            reads="What customers subscribe to, since when and for how much",
        ),
        "subscriptions",
        (
            *(f"customer.subscription.{what}" for what in ("created", "updated", "deleted", "paused", "resumed")),
            "customer.subscription.pending_update_applied",
            *(f"customer.discount.{what}" for what in ("created", "updated", "deleted")),
        ),
        expand=("discounts.source.coupon", "items.data.discounts"),
        always=(("status", "all"),),
    ),
    StripeList(
        _stream(
            "invoices",
            "invoice",
            fields="number customer status created effective_at due_date status_transitions parent currency "
            "shipping_cost total_taxes tax subtotal subtotal_excluding_tax total total_excluding_tax amount_paid "
            "amount_remaining",
            reads="Invoices and how far they are paid",
            window=90,
        ),
        "invoices",
        ("invoice.*",),
    ),
    StripeList(
        _stream(
            "credit_notes",
            "invoice",
            fields="number customer status created effective_at currency subtotal subtotal_excluding_tax total "
            "total_excluding_tax",
            reads="Credit notes",
            window=365,
        ),
        "credit_notes",
        ("credit_note.*",),
    ),
    StripeList(
        _stream(
            "charges",
            "payment",
            fields="invoice customer status captured payment_method_details created currency amount amount_captured "
            "balance_transaction",
            reads="Payments, also those that failed, and their fees",
            window=90,
        ),
        "charges",
        (
            *(
                f"charge.{what}"
                for what in ("captured", "expired", "failed", "pending", "refunded", "succeeded", "updated")
            ),
            "invoice_payment.paid",
        ),
        expand=("balance_transaction",),
    ),
    StripeList(
        _stream(
            "refunds",
            "payment",
            fields="invoice credit_note charge status created currency amount",
            reads="Refunds",
            window=180,
        ),
        "refunds",
        ("refund.created", "refund.updated", "refund.failed", "credit_note.created"),
        expand=("charge",),
    ),
    StripeList(
        _stream(
            "disputes",
            "payment",
            fields="invoice charge status created currency amount",
            reads="Disputed payments and how the disputes ended",
            window=365,
        ),
        "disputes",
        ("charge.dispute.*",),
        expand=("charge",),
    ),
)


def list_of(stream: Stream) -> StripeList:
    """Return the list of a stream."""
    return next(one for one in LISTS if one.stream.name == stream.name)
