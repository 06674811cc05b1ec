"""The source Xero: each list walked by the moment of its records' last change."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import Auth, OAuth2
from connectors.errors import StopError
from connectors.http import Params
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, Totals, Window
from connectors.xero.lists import LISTS, OVERLAP, XeroList, list_of
from connectors.xero.vendor import XERO

PAGE = 1000
_WITHIN = timedelta(seconds=1)
_OLD_PAGE = 100  # records of a page where Xero does not say how many pages there are
_CONNECTIONS = "https://api.xero.com/connections"
_MOMENT = re.compile(r"/Date\((-?\d+)")


class XeroSettings(BaseModel):
    """Which organisation a connection reads."""

    model_config = ConfigDict(extra="forbid")

    account_id: str | None = Field(
        default=None,
        title="Organisation",
        description="The organisation's tenant id at Xero.",
        pattern=r"^[0-9a-fA-F-]{36}$",
    )


class XeroSource:
    """Contacts, sales invoices, credit notes and payments of one organisation at Xero."""

    id = "xero"
    label = "Xero"
    staging = Path(__file__).parent / "staging"
    vendor = XERO
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="xero",
            authorize_url="https://login.xero.com/identity/connect/authorize",
            token_url="https://identity.xero.com/connect/token",  # noqa: S106
            scopes=(
                "offline_access",
                "accounting.contacts.read",
                "accounting.invoices.read",
                "accounting.payments.read",
            ),
            rotates=True,
            client_auth="basic",
            revoke_url="https://identity.xero.com/connect/revocation",
            revokes_person=True,
        ),
    )
    settings: type[BaseModel] = XeroSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the accounting API."""
        del config, credentials
        return "https://api.xero.com/api.xro/2.0"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists."""
        del context
        return tuple(one.stream for one in LISTS)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the organisations that the person chose when signing in."""
        found = await context.api.get(_CONNECTIONS)
        listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return tuple(
            Account(text_at(one, "tenantId"), text_at(one, "tenantName") or text_at(one, "tenantId"))
            for one in listed
            if one.get("tenantType") == "ORGANISATION"
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield records by the moment of their last change, oldest first; there are no windows.

        The cursor holds the second from which on records are still to be read, and a page for when one second has more
        records than a page.
        """
        del window
        chosen = list_of(stream)
        since, page = _start(context, stream, cursor), _page(cursor)
        known: list[str] = []
        while True:
            found = await _asked(context, chosen, since, page)
            records = records_at(found, chosen.path)
            ids = [text_at(one, stream.primary_key[0]) for one in records]
            if page > 1 and ids and ids == known:
                raise StopError(f"Xero's list {chosen.path} leads in a circle.", source="xero", stream=stream.name)
            known = ids
            reached = _moment(records[-1]) if records else None
            if not _has_more(found, len(records), page):
                yield Batch(records, _cursor(max(filter(None, (since, reached)), default=None)), done=True)
                return
            # What changes meanwhile goes to the end and pulls the rest forward, so that a page's number says little:
            # the next page begins where this one ended. Xero does not say whether a moment itself is within.
            begin = None if reached is None else reached - _WITHIN
            moves = begin is not None and (since is None or begin > since)
            since, page = (begin, 1) if moves else (since, page + 1)
            yield Batch(records, _cursor(since, page), done=False)

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return how many invoices or credit notes have a date in a window; of the rest Xero's count is of more."""
        chosen = list_of(stream)
        if "where" not in chosen.params:
            return None
        dates = (f"DateTime({one.year},{one.month:02},{one.day:02})" for one in (window.start, window.end))
        where = "{} AND Date >= {} AND Date < {}".format(chosen.params["where"], *dates)
        headers = {"xero-tenant-id": context.text("account_id")}
        found = await context.api.get(chosen.path, {"where": where, "page": 1, "pageSize": 1}, headers)
        count = at(found, "pagination", "itemCount")
        return Totals(count) if isinstance(count, int) else None


def _cursor(since: datetime | None, page: int | None = None) -> Cursor:
    value: dict[str, JsonValue] = {} if since is None else {"since": since.isoformat()}
    return Cursor(value if page is None else {**value, "page": page})


async def _asked(context: Context, chosen: XeroList, since: datetime | None, page: int) -> JsonValue:
    headers = {"xero-tenant-id": context.text("account_id")}
    if since is not None:
        headers["If-Modified-Since"] = since.strftime("%Y-%m-%dT%H:%M:%S")
    params: Params = {**chosen.params, "order": "UpdatedDateUTC ASC", "page": page, "pageSize": PAGE}
    return await context.api.get(chosen.path, params, headers)


def _start(context: Context, stream: Stream, cursor: Cursor) -> datetime | None:
    """Return where the read begins; contacts are needed from the beginning, whenever history begins."""
    value = cursor.value.get("since")
    if isinstance(value, str):
        since = datetime.fromisoformat(value)
        return since if "page" in cursor.value else since - OVERLAP
    return None if stream.name == "contacts" else context.since


def _page(cursor: Cursor) -> int:
    page = cursor.value.get("page")
    return page if isinstance(page, int) else 1


def _has_more(found: JsonValue, count: int, page: int) -> bool:
    """Say whether there is another page: by the number of pages, or else because this one is full."""
    pages = at(found, "pagination", "pageCount")
    return page < pages if isinstance(pages, int) else count >= _OLD_PAGE


def _moment(record: Mapping[str, JsonValue]) -> datetime | None:
    """Return the whole second of a record's last change."""
    found = _MOMENT.search(text_at(record, "UpdatedDateUTC"))
    return None if found is None else datetime.fromtimestamp(int(found[1]) // 1000, UTC)


SOURCE = XeroSource
