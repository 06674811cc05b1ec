"""What the rest of the program knows of closed months: plain values, never database rows."""

from dataclasses import dataclass
from datetime import date, datetime

from api.workspaces.records import Caller


@dataclass(frozen=True)
class FrozenPeriod:
    """A closed month of a template and a client account; without one it is of all of them together."""

    id: str
    template_id: str
    template_version: str
    client_account_id: str | None
    start: date
    end: date  # the last day
    as_of: date
    catalogue_version: str
    author: str
    frozen_at: datetime


def may_see(caller: Caller, frozen: FrozenPeriod) -> bool:
    """Tell whether a caller may read a closed month: what was kept is whole, so he must see all that is in it."""
    share = caller.share
    if share is not None:
        days = share.dates
        is_whole = not share.filters and (days is None or (days[0] <= frozen.start and frozen.end <= days[1]))
        if frozen.template_id != share.template_id or not is_whole:
            return False
    if frozen.client_account_id is None:
        return share.every_client if share is not None else not caller.narrowed
    granted = caller.granted
    if granted is not None:
        return frozen.client_account_id in granted.whole | granted.reports.get(frozen.template_id, frozenset())
    return any(one.id == frozen.client_account_id for one in caller.clients)
