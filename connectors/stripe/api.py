"""Stripe's lists and objects: pages newest first, a vanished place found again, and what is gone as None."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from connectors.errors import MalformedRecordError, StopError
from connectors.http import Params
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Context

Record = dict[str, JsonValue]
PAGE = 100


@dataclass(frozen=True)
class Place:
    """How far a list was read: the last object, and its moment in case it is gone when the list is read on."""

    after: str = ""
    created: int = 0


class StripeApi:
    """Reads one account."""

    def __init__(self, context: Context) -> None:
        self._api = context.api
        account = context.text("account_id") if context.config.get("connected") else ""
        self._headers = {"Stripe-Account": account} if account else {}

    async def get(self, path: str, params: Params | None = None) -> JsonValue:
        """Return an answer; raises MalformedRecordError for an object that is gone."""
        return await self._api.get(path, params, self._headers)

    async def one(self, path: str, expand: Sequence[str] = ()) -> Record | None:
        """Return an object, of a deleted one what is left; None if there is none."""
        try:
            found = await self.get(path, expanding(expand))
        except MalformedRecordError:
            return None
        return found if isinstance(found, dict) else None

    async def several(self, path: str, ids: Iterable[str], expand: Sequence[str] = ()) -> dict[str, Record | None]:
        """Return objects by id; None for those that there are none of."""
        # One after another: what is on its way when Stripe asks for a pause would break it.
        return {one: await self.one(f"{path}/{one}", expand) for one in ids}

    async def pages(
        self, path: str, params: Params, place: Place | None = None
    ) -> AsyncIterator[tuple[list[Record], Place | None]]:
        """Yield the pages of a list from a place on, each with the place after it; None after the last."""
        try:
            async for page in self._pages(path, params, place or Place()):
                yield page
        except MalformedRecordError as error:
            raise StopError(f"Stripe has no list '{path}' for this account.", source="stripe") from error

    async def _pages(self, path: str, params: Params, place: Place) -> AsyncIterator[tuple[list[Record], Place | None]]:
        while True:
            found = await self._page(path, params, place)
            records = records_at(found, "data")
            if at(found, "has_more") is not True:
                yield records, None
                return
            if not records or text_at(records[-1], "id") == place.after:
                raise StopError(f"Stripe's list {path} leads in a circle.", source="stripe")
            place = Place(text_at(records[-1], "id"), whole_at(records[-1], "created"))
            yield records, place

    async def all(self, path: str, params: Params | None = None) -> list[Record]:
        """Return a whole list; for short ones. It is empty where the account has no such list."""
        try:
            return [record async for records, _ in self._pages(path, params or {}, Place()) for record in records]
        except MalformedRecordError:
            return []

    async def _page(self, path: str, params: Params, place: Place) -> JsonValue:
        asked = {**params, "limit": PAGE}
        try:
            return await self.get(path, {**asked, "starting_after": place.after or None})
        except MalformedRecordError:
            if not place.created:
                raise
            # The object that the place is named by was deleted meanwhile.
            return await self.get(path, {**asked, "created[lte]": place.created})


def expanding(names: Sequence[str]) -> Params:
    """Return the parameters that ask for objects in the place of their ids."""
    return {"expand[]": list(names)} if names else {}


def whole_at(value: object, *path: str | int) -> int:
    """Return the whole number at a path; 0 where there is none."""
    found = at(value, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
