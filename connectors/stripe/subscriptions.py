"""Reads subscriptions as versions of their items: events tell the past, the list tells the present."""

from collections.abc import AsyncIterator, Sequence
from typing import cast

from connectors.json_value import JsonValue, at, text_at
from connectors.source import Batch, Cursor
from connectors.stripe.api import Record, StripeApi, expanding
from connectors.stripe.cursors import Live, place_value
from connectors.stripe.discounts import Discounts
from connectors.stripe.events import Changes, changes_since
from connectors.stripe.lists import EVENTS_KEPT, StripeList
from connectors.stripe.versions import Starts, items_of, past_versions, present_versions


class SubscriptionReading:
    """One read of the subscriptions."""

    def __init__(self, api: StripeApi, chosen: StripeList, live: Live) -> None:
        self._api = api
        self._list = chosen
        self._live = live
        self._starts: Starts = cast("Starts", dict(live.starts))
        self._discounts = Discounts(api)
        self._products: dict[str, str] | None = None

    async def sweep(self) -> AsyncIterator[Batch]:
        """Yield every subscription; before the first page what events still know of the past."""
        live = self._live
        past: list[Record] = []
        if not live.place.after:
            events = await self._events(live.start - int(EVENTS_KEPT.total_seconds()))
            versions = past_versions(events.events, self._starts)
            await self._learn(versions)
            past = await self._full(versions)
        async for page, place in self._api.pages(self._list.path, self._list.list_params, live.place):
            present = [version for one in page for version in present_versions(await self._whole(one), self._starts)]
            records = past + await self._full(present)
            past = []
            if place is not None:
                yield Batch(records, Cursor({**live.listing(), **place_value(place), **self._kept()}), done=False)
            else:
                yield Batch(records, Cursor({**live.following(live.start), **self._kept()}), done=True)

    async def follow(self) -> AsyncIterator[Batch]:
        """Yield the versions that have ended or begun since the last read, all at once."""
        changes = await self._events(self._live.start)
        past = past_versions(changes.events, self._starts)
        discounted = (text_at(one, "data", "object", "subscription") for one in changes.events)
        ids = dict.fromkeys([*changes.ids("subscription"), *(name for name in discounted if name)])
        found = await self._api.several(self._list.path, ids, self._list.expand)
        present = [
            version
            for name, kept in found.items()
            if (one := kept or changes.snapshot(name)) is not None
            for version in present_versions(await self._whole(one), self._starts)
        ]
        records = await self._full(past + present)
        yield Batch(records, Cursor({**self._live.following(changes.newest), **self._kept()}), done=True)

    async def _events(self, since: int) -> Changes:
        found = await changes_since(self._api, self._list, since)
        told = [at(one, "data", "object") for one in found.events]
        self._discounts.learn(one for one in told if text_at(one, "object") == "discount")
        return found

    async def _learn(self, versions: Sequence[Record]) -> None:
        """Ask for the subscriptions that still have the discounts which their past versions name."""
        ids = {
            text_at(one, "subscription", "id"): None
            for one in versions
            for owner in (one["subscription"], one["subscription_item"])
            if isinstance(owner, dict) and self._discounts.lacks(owner)
        }
        for found in (await self._api.several(self._list.path, ids, self._list.expand)).values():
            if found is not None:
                self._discounts.learn_from(found)

    async def _whole(self, subscription: Record) -> Record:
        """Return a subscription with all of its items; the list holds the first ones."""
        self._discounts.learn_from(subscription)
        if at(subscription, "items", "has_more") is not True:
            return subscription
        params = {"subscription": text_at(subscription, "id"), **expanding(["data.discounts"])}
        items = [one async for page, _ in self._api.pages("subscription_items", params) for one in page]
        whole: Record = {**subscription, "items": {"object": "list", "has_more": False, "data": list(items)}}
        self._discounts.learn(one for item in items_of(whole) for one in cast("list[object]", item["discounts"] or []))
        return whole

    async def _full(self, versions: Sequence[Record]) -> list[Record]:
        """Return versions with the names of their products and with their discounts."""
        full: list[Record] = []
        for one in versions:
            item, subscription = cast("Record", one["subscription_item"]), cast("Record", one["subscription"])
            shared = cast("list[JsonValue]", await self._discounts.of(subscription))
            own = cast("list[JsonValue]", await self._discounts.of(item))
            product = await self._product(text_at(item, "price", "product"))
            full.append({**one, "product": product, "discounts": {"subscription": shared, "item": own}})
        return full

    async def _product(self, name: str) -> str | None:
        if self._products is None:
            self._products = {text_at(one, "id"): text_at(one, "name") for one in await self._api.all("products")}
        return self._products.get(name)

    def _kept(self) -> dict[str, JsonValue]:
        return {"starts": cast("JsonValue", dict(self._starts))}
