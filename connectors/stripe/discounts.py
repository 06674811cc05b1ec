"""Discounts with their coupons, however Stripe tells of them: as an id, an object, or in an event of long ago."""

from collections.abc import Iterable, Mapping

from connectors.json_value import JsonValue, at, text_at
from connectors.stripe.api import Record, StripeApi


class Discounts:
    """The discounts of an account as far as they are known, and the coupons behind them, each asked for once."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api
        self._discounts: dict[str, Record] = {}
        self._coupons: dict[str, Record | None] = {}

    def learn(self, found: Iterable[object]) -> None:
        """Remember discounts that came in full."""
        for one in found:
            if isinstance(one, dict) and one.get("id"):
                self._discounts[text_at(one, "id")] = one

    def learn_from(self, subscription: Mapping[str, JsonValue]) -> None:
        """Remember the discounts of a subscription and of its items."""
        items = at(subscription, "items", "data")
        for owner in (subscription, *(items if isinstance(items, list) else [])):
            self.learn(_list(at(owner, "discounts")))

    def lacks(self, owner: Mapping[str, JsonValue]) -> bool:
        """Say whether a subscription or an item names a discount that is not known."""
        return any(isinstance(one, str) and one not in self._discounts for one in _list(owner.get("discounts")))

    async def of(self, owner: Mapping[str, JsonValue]) -> list[Record]:
        """Return the discounts of a subscription or an item, each with its coupon; unknown ones are left out."""
        found = []
        for one in _list(owner.get("discounts")) or _list([owner.get("discount")]):
            known = one if isinstance(one, dict) else self._discounts.get(str(one))
            if known is None:
                continue
            coupon = await self._coupon(known)
            if coupon is not None:
                found.append({"id": known.get("id"), "end": known.get("end"), "coupon": coupon})
        return found

    async def _coupon(self, discount: Record) -> JsonValue:
        named = at(discount, "source", "coupon") or discount.get("coupon")
        if not isinstance(named, str):
            return named if isinstance(named, dict) else None
        if named not in self._coupons:
            self._coupons[named] = await self._api.one(f"coupons/{named}")  # Of a deleted one its id is left.
        return self._coupons[named]


def _list(value: object) -> list[JsonValue]:
    return [one for one in value if one is not None] if isinstance(value, list) else []
