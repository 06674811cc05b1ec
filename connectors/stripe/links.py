"""Which invoice a payment is for: since 2025 Stripe tells it in a list of its own, by payment intent."""

from collections.abc import Mapping

from connectors.http import Params
from connectors.json_value import JsonValue, records_at, text_at
from connectors.stripe.api import Record, StripeApi

_EARLIER = 60 * 86_400  # an invoice's payment is begun when the invoice is issued, and made up to two months later


class InvoiceLinks:
    """The invoices of payment intents, and the credit notes of invoices, each asked for once."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api
        self._invoices: dict[str, str | None] = {}
        self._notes: dict[str, list[Record]] = {}

    async def know(self, start: int | None, end: int | None) -> None:
        """Learn the invoices of the payments of a stretch of time, epoch seconds, all at once."""
        params: Params = {
            "created[gte]": None if start is None else start - _EARLIER,
            "created[lt]": end,
        }
        for one in await self._api.all("invoice_payments", params):
            self._invoices[text_at(one, "payment", "payment_intent")] = text_at(one, "invoice") or None

    def known(self, payment_intent: str) -> str | None:
        """Return the invoice of a payment intent, if it has been learnt."""
        return self._invoices.get(payment_intent) if payment_intent else None

    async def ask(self, payment_intent: str) -> str | None:
        """Return the invoice of a payment intent; None for a payment without an invoice."""
        if payment_intent and payment_intent not in self._invoices:
            params: Params = {"payment[type]": "payment_intent", "payment[payment_intent]": payment_intent}
            found = await self._api.all("invoice_payments", params)
            self._invoices[payment_intent] = text_at(found, 0, "invoice") or None
        return self.known(payment_intent)

    async def credit_note(self, invoice: str | None, refund: str) -> str | None:
        """Return the credit note that a refund belongs to; None if it has none."""
        if not invoice:
            return None
        if invoice not in self._notes:
            self._notes[invoice] = await self._api.all("credit_notes", {"invoice": invoice})
        for note in self._notes[invoice]:
            if refund in {text_at(one, "refund") for one in records_at(note, "refunds")}:
                return text_at(note, "id")
        return None


async def linked_charges(links: InvoiceLinks, charges: list[Record], *, ask: bool) -> list[Record]:
    """Return charges with their invoices; without `ask` only as far as they have been learnt."""
    found = []
    for one in charges:
        intent = text_at(one, "payment_intent")
        named = text_at(one, "invoice") or (await links.ask(intent) if ask else links.known(intent))
        found.append(_with(one, invoice=named))
    return found


async def linked_refunds(links: InvoiceLinks, refunds: list[Record]) -> list[Record]:
    """Return refunds and disputes with their invoices and credit notes."""
    found = []
    for one in refunds:
        intent = text_at(one, "payment_intent") or text_at(one, "charge", "payment_intent")
        invoice = text_at(one, "charge", "invoice") or await links.ask(intent)
        note = await links.credit_note(invoice, text_at(one, "id")) if one.get("object") == "refund" else None
        found.append(_with(one, invoice=invoice, credit_note=note))
    return found


def _with(record: Record, **more: JsonValue) -> Record:
    added: Mapping[str, JsonValue] = more
    return {**record, **added}
