"""The source Stripe: history by lists, newest first; changes by events, whose objects are asked for again."""

import math
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, Secret
from connectors.errors import MalformedRecordError, MissingScopeError, StopError
from connectors.http import Params
from connectors.json_value import JsonValue, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, Window
from connectors.stripe.api import Place, Record, StripeApi
from connectors.stripe.cursors import Live, live_of, place_of, place_value
from connectors.stripe.events import changes_since
from connectors.stripe.links import InvoiceLinks, linked_charges, linked_refunds
from connectors.stripe.lists import LISTS, StripeList, list_of
from connectors.stripe.subscriptions import SubscriptionReading
from connectors.stripe.vendor import ACCOUNT, STRIPE

_KINDS = {
    "customers": "customer",
    "invoices": "invoice",
    "credit_notes": "credit_note",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
}


class StripeSettings(BaseModel):
    """What a connection to Stripe knows beside its key."""

    model_config = ConfigDict(extra="forbid")

    account_id: str | None = Field(
        default=None, title="Account", description="The account's id at Stripe.", pattern=r"^acct_[A-Za-z0-9]{1,64}$"
    )
    connected: bool = Field(
        default=False,
        title="Connected account",
        description="Whether the key is that of a platform and the account is its own.",
    )


class StripeSource:
    """Customers, subscriptions, invoices, credit notes, charges, refunds and disputes of a Stripe account."""

    id = "stripe"
    label = "Stripe"
    staging = Path(__file__).parent / "staging"
    vendor = STRIPE
    auths: tuple[Auth, ...] = (
        ApiKey(
            (Secret("key", "Restricted key", "Developers, API keys, Create restricted key: read permissions only"),)
        ),
    )
    settings: type[BaseModel] = StripeSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return "https://api.stripe.com/v1"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists."""
        del context
        return tuple(one.stream for one in LISTS)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the key's own account and, of a platform, those that are connected to it."""
        api = StripeApi(context)
        own = await _own_account(api)
        try:
            connected = await api.all("accounts")
        except (MissingScopeError, StopError):  # Most keys are not those of platforms.
            connected = []
        others = tuple(_account(one, connected=True) for one in connected if one.get("id") != own.id)
        return (own, *others)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield a window of history; or, live, the list once and then what events say has changed."""
        api, chosen = StripeApi(context), list_of(stream)
        if window is not None:
            start, end = _second(window.start), _second(window.end)
            async for batch in _Listing(api, chosen).between(start, end, place_of(cursor)):
                yield batch
            return
        live = await live_of(api, context, cursor)
        if stream.name == "subscriptions":
            reading = SubscriptionReading(api, chosen, live)
            batches = reading.sweep() if live.sweeps else reading.follow()
        else:
            batches = _swept(api, chosen, live, context) if live.sweeps else _followed(api, chosen, live)
        async for batch in batches:
            yield batch


class _Listing:
    """The pages of a list, with what other lists know of their objects."""

    def __init__(self, api: StripeApi, chosen: StripeList) -> None:
        self._api, self._list, self._links = api, chosen, InvoiceLinks(api)

    async def between(
        self, start: int | None, end: int | None, place: Place, live: Live | None = None
    ) -> AsyncIterator[Batch]:
        """Yield what was created in a stretch of time, epoch seconds, newest first."""
        params: Params = {**self._list.list_params, "created[gte]": start, "created[lt]": end}
        if self._list.stream.name == "charges":
            await self._links.know(start, end)
        kept = {} if live is None else live.listing()
        last = {} if live is None else live.following(live.start)
        async for page, after in self._api.pages(self._list.path, params, place):
            records = await self.linked(page, ask=False)
            value = last if after is None else {**kept, **place_value(after)}
            yield Batch(records, Cursor(value), done=after is None)

    async def linked(self, records: list[Record], *, ask: bool) -> list[Record]:
        """Return records with their invoices, where they have any."""
        match self._list.stream.name:
            case "charges":
                records = await linked_charges(self._links, records, ask=ask)
            case "refunds" | "disputes":
                records = await linked_refunds(self._links, records)
        return records


async def _swept(api: StripeApi, chosen: StripeList, live: Live, context: Context) -> AsyncIterator[Batch]:
    """Yield the whole list; of a list whose history is read in windows only what was created since."""
    windowed = chosen.stream.window is not None and not live.gap
    start = _second(context.since) if windowed and context.since is not None else None
    async for batch in _Listing(api, chosen).between(start, None, live.place, live):
        yield batch


async def _followed(api: StripeApi, chosen: StripeList, live: Live) -> AsyncIterator[Batch]:
    """Yield what has changed and, as tombstones, what is gone."""
    changes = await changes_since(api, chosen, live.start)
    ids = dict.fromkeys([*changes.ids(_KINDS[chosen.stream.name])])
    if chosen.stream.name == "refunds":
        ids |= dict.fromkeys(changes.credited_refunds())
    if chosen.stream.name == "charges":
        for intent in changes.payment_intents():
            ids |= {text_at(one, "id"): None for one in await api.all("charges", {"payment_intent": intent})}
    asked = await api.several(chosen.path, ids, chosen.expand)
    found = {name: one or changes.snapshot(name) for name, one in asked.items()}
    here = [one for one in found.values() if one is not None and one.get("deleted") is not True]
    records = await _Listing(api, chosen).linked(here, ask=True)
    gone: list[Record] = [{"id": name} for name, one in found.items() if one is None or one.get("deleted") is True]
    yield Batch(records, Cursor(live.following(changes.newest)), done=True, tombstones=gone)


def _second(moment: datetime) -> int:
    """Return the first whole second from a moment on, so that windows meet without a gap and without an overlap."""
    return math.ceil(moment.timestamp())


async def _own_account(api: StripeApi) -> Account:
    """Return the key's own account; a key that may not read it is told its id all the same."""
    try:
        return _account(await api.get("account"), connected=False)
    except MissingScopeError as error:
        named = ACCOUNT.search(str(error))
        if named is None:
            raise
        return Account(named[0], named[0])
    except MalformedRecordError:  # Something that stands in for Stripe, such as its own mock server.
        await api.get("customers", {"limit": 1})
        return Account("stripe", "Stripe")


def _account(found: JsonValue, *, connected: bool) -> Account:
    name = text_at(found, "settings", "dashboard", "display_name") or text_at(found, "business_profile", "name")
    identity = text_at(found, "id")
    return Account(
        identity,
        name or text_at(found, "email") or identity,
        currency=text_at(found, "default_currency").upper() or None,
        timezone=text_at(found, "settings", "dashboard", "timezone") or None,
        settings={"connected": True} if connected else {},
    )


SOURCE = StripeSource
