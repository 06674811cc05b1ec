"""What is looked for in the audit log, read from an address."""

from datetime import date

from fastapi import Request

from api.audit.reading import PAGE, Search
from api.audit.records import Action
from api.errors import MalformedRequestError

_LONGEST = 200


def search_of(request: Request) -> Search:
    """Return the search of `actor`, `action`, `object`, `first`, `last`, `before` and `limit`."""
    given = {name: value.strip()[:_LONGEST] for name, value in request.query_params.items()}
    action = given.get("action", "")
    if action and action not in set(Action):
        raise MalformedRequestError(f"There is no action '{action[:40]}'. There are: {', '.join(Action)}.")
    return Search(
        actor_id=given.get("actor", ""),
        action=Action(action) if action else None,
        object_id=given.get("object", ""),
        first=_day(given.get("first", "")),
        last=_day(given.get("last", "")),
        before=_number(given.get("before", "")),
        limit=_number(given.get("limit", "")) or PAGE,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise MalformedRequestError(f"'{text[:20]}' is no day. Write it like 2026-01-31.") from error


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text)):
        raise MalformedRequestError(f"'{text[:20]}' is no line of the log. Take the address that the page before gave.")
    return int(text)
