"""What has changed, by Stripe's events: the ids to ask for again, and what the events say themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.json_value import at, records_at, text_at
from connectors.stripe.api import Record, StripeApi, whole_at
from connectors.stripe.lists import StripeList

OVERLAP = 300  # seconds that are read again: events appear a little late and out of order
_NO_EVENT_AGE = 3600


@dataclass(frozen=True)
class Changes:
    """Events, oldest first."""

    events: Sequence[Record]
    newest: int  # when the newest of them happened, epoch seconds; 0 without any

    def ids(self, kind: str) -> list[str]:
        """Return the ids of the objects of a kind that the events are about, each once."""
        found = (one for one in self.events if text_at(one, "data", "object", "object") == kind)
        # What is only announced, such as invoice.upcoming, has no id yet.
        return list(dict.fromkeys(name for one in found if (name := text_at(one, "data", "object", "id"))))

    def snapshot(self, name: str) -> Record | None:
        """Return an object as its newest event shows it; None for one that was deleted."""
        for event in reversed(self.events):
            found = at(event, "data", "object")
            if isinstance(found, dict) and found.get("id") == name:
                return None if text_at(event, "type").endswith(".deleted") else found
        return None

    def payment_intents(self) -> list[str]:
        """Return the payment intents that invoices were paid with, each once."""
        found = (text_at(one, "data", "object", "payment", "payment_intent") for one in self.events)
        return list(dict.fromkeys(name for name in found if name))

    def credited_refunds(self) -> list[str]:
        """Return the refunds that credit notes name, each once."""
        notes = (at(one, "data", "object") for one in self.events if text_at(one, "type").startswith("credit_note."))
        return list(dict.fromkeys(text_at(one, "refund") for note in notes for one in records_at(note, "refunds")))


async def changes_since(api: StripeApi, chosen: StripeList, since: int) -> Changes:
    """Return a list's events from a moment on, epoch seconds, and a little before it."""
    params = {**chosen.event_params, "created[gte]": since - OVERLAP}
    newest_first = [one async for events, _ in api.pages("events", params) for one in events]
    newest_first.reverse()  # Of one second, too, the older one comes first.
    found = sorted(newest_first, key=lambda one: whole_at(one, "created"))
    return Changes(found, max((whole_at(one, "created") for one in found), default=0))


async def newest_event(api: StripeApi, now: int) -> int:
    """Return when the newest event of all happened, by Stripe's clock, epoch seconds."""
    found = records_at(await api.get("events", {"limit": 1}), "data")
    return whole_at(found[0], "created") if found else now - _NO_EVENT_AGE
