"""Where a read of Stripe stands.

In a window: the last object. In the live read first the list, `{"after", "created", "from", "gap"}`, then events,
`{"from", "checked"}`; `from` is the moment of the newest event that is dealt with, `checked` when events were last
asked for, both epoch seconds. Subscriptions keep `starts` beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from connectors.json_value import JsonValue
from connectors.source import Context, Cursor
from connectors.stripe.api import Place, StripeApi, whole_at
from connectors.stripe.events import newest_event
from connectors.stripe.lists import EVENTS_KEPT

_JUST_NOW = 2 * 86_400  # history that begins so lately was read in windows, and what changed since is in the events


@dataclass(frozen=True)
class Live:
    """A live read. `start` is the moment from which events count, epoch seconds."""

    start: int
    now: int
    sweeps: bool  # the list comes first, because nothing was read yet or events are too old
    gap: bool = False  # events are too old, so that history may have changed unseen
    place: Place = field(default_factory=Place)
    starts: Mapping[str, JsonValue] = field(default_factory=dict)

    def listing(self) -> dict[str, JsonValue]:
        """Return the cursor while the list is read; its place is added."""
        return {"from": self.start, **({"gap": True} if self.gap else {})}

    def following(self, newest: int) -> dict[str, JsonValue]:
        """Return the cursor once events up to `newest` are dealt with."""
        return {"from": max(self.start, newest), "checked": self.now}


async def live_of(api: StripeApi, context: Context, cursor: Cursor) -> Live:
    """Return where a live read stands; on the first one, Stripe is asked for its newest event to learn its clock."""
    now, starts = int(context.now.timestamp()), cursor.value.get("starts")
    kept = cast("Mapping[str, JsonValue]", starts) if isinstance(starts, dict) else {}
    checked = whole_at(cursor.value, "checked")
    if checked and now - checked <= EVENTS_KEPT.total_seconds():
        return Live(whole_at(cursor.value, "from"), now, sweeps=False, starts=kept)
    if cursor.value.get("after") and not checked:
        gap = cursor.value.get("gap") is True
        return Live(whole_at(cursor.value, "from"), now, sweeps=True, gap=gap, place=place_of(cursor), starts=kept)
    start = await newest_event(api, now)
    since = None if context.since is None else int(context.since.timestamp())
    if since is not None and now - since <= _JUST_NOW and not checked:
        start = min(start, since)
    return Live(start, now, sweeps=True, gap=checked > 0, starts=kept)


def place_of(cursor: Cursor) -> Place:
    """Return the place in a list."""
    after = cursor.value.get("after")
    return Place(after if isinstance(after, str) else "", whole_at(cursor.value, "created"))


def place_value(place: Place) -> dict[str, JsonValue]:
    """Return a place as a cursor holds it."""
    return {"after": place.after, "created": place.created}
