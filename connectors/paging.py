"""How lists are cut into pages, and a guard against lists that never end.

    async for page in pages(context.api, "/orders", {"status": "any"}, CursorPages("after", ("meta", "next"))):
        page.body, page.answer

An empty page with a next place is no end. A place that comes twice is a loop and stops the read.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from urllib.parse import urljoin, urlsplit

from connectors.auth import Auth
from connectors.errors import StopError
from connectors.http import Params, VendorHttp
from connectors.json_value import JsonValue, at, text_at
from connectors.vendor import Answer

Place: TypeAlias = str | int
Path: TypeAlias = tuple[str | int, ...]
CountRecords: TypeAlias = Callable[[JsonValue], int]

_NEXT_LINK = re.compile(r'<([^<>]*)>[^<]*;\s*rel="?next"?(?:[;,\s]|$)')


class LoopGuard:
    """Notices that a list leads back to where it was."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: set[Place] = set()

    def check(self, place: Place) -> None:
        """Raise StopError if the place was here before."""
        if place in self._seen:
            raise self.loops()
        self._seen.add(place)

    def loops(self) -> StopError:
        """Return the error that says so."""
        return StopError(
            f"The pages of {self._what} lead in a circle: one that was read already came again. "
            "Report it to the vendor; the next sync tries again."
        )


@dataclass(frozen=True)
class Page:
    """One page: the parsed body, and the answer with its headers."""

    body: JsonValue
    answer: Answer


class Paging(Protocol):
    """One way of cutting lists."""

    def first(self) -> Place | None:
        """Return the first page's place; None if it is asked for without one."""
        ...

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return the address of a page, None for that of the list, and the parameters that lead to it."""
        ...

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return the next page's place; None if this was the last one."""
        ...


@dataclass(frozen=True)
class NumberedPages:
    """Pages 1, 2, 3 and so on; one that is not full is the last, and if no size is known an empty one."""

    parameter: str = "page"
    size_parameter: str | None = None
    size: int | None = None
    start: int = 1

    def first(self) -> Place | None:
        """Return the number of the first page."""
        return self.start

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return the page's number and size."""
        return None, _sized({self.parameter: self.start if place is None else place}, self.size_parameter, self.size)

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return the next number."""
        del page
        return None if records < (self.size or 1) else int(place or 0) + 1


@dataclass(frozen=True)
class OffsetPages:
    """So many records from a position on; a page that is not full is the last."""

    parameter: str = "offset"
    size_parameter: str | None = "limit"
    size: int = 100

    def first(self) -> Place | None:
        """Return the first position."""
        return 0

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return position and size."""
        return None, _sized({self.parameter: place or 0}, self.size_parameter, self.size)

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return the next position."""
        del page
        return None if records < self.size else int(place or 0) + records


@dataclass(frozen=True)
class CursorPages:
    """The body names the place of the next page, at `path`; where it names none the list ends.

    With `more` the list ends where the body says false there, whatever else it names.
    """

    parameter: str
    path: Path
    more: Path | None = None
    size_parameter: str | None = None
    size: int | None = None

    def first(self) -> Place | None:
        """Return None: the list itself is its first page."""
        return None

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return the parameter that holds the place."""
        return None, _sized({} if place is None else {self.parameter: place}, self.size_parameter, self.size)

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return what the body names."""
        del place, records
        if self.more is not None and not at(page.body, *self.more):
            return None
        return text_at(page.body, *self.path) or None


@dataclass(frozen=True)
class LinkPages:
    """The next page has an address: in the body at `path`, or without one in the header Link with rel="next".

    Only addresses of the same host are followed, since requests carry the sign-in.
    """

    path: Path | None = None
    size_parameter: str | None = None
    size: int | None = None
    hosts: tuple[str, ...] = ()  # other names of the same host

    def first(self) -> Place | None:
        """Return None: the list itself is its first page."""
        return None

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return the address, which holds all parameters already."""
        return (str(place), {}) if place is not None else (None, _sized({}, self.size_parameter, self.size))

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return the address that the answer names."""
        del place, records
        if self.path is not None:
            link = text_at(page.body, *self.path)
        else:
            found = _NEXT_LINK.search(page.answer.headers.get("link", ""))
            link = found[1] if found else ""
        if not link:
            return None
        url = urljoin(page.answer.url, link)
        if urlsplit(url).netloc not in (urlsplit(page.answer.url).netloc, *self.hosts):
            raise StopError("The next page is at another host, which is not followed. Report it to the vendor.")
        return url


@dataclass(frozen=True)
class OnePage:
    """The whole list in one answer."""

    def first(self) -> Place | None:
        """Return None."""
        return None

    def ask(self, place: Place | None) -> tuple[str | None, Mapping[str, str | int]]:
        """Return nothing: the list is asked for as it is."""
        del place
        return None, {}

    def after(self, page: Page, place: Place | None, records: int) -> Place | None:
        """Return None: there is no other page."""
        del page, place, records
        return None


async def pages(
    api: VendorHttp,
    path: str,
    params: Params,
    paging: Paging,
    *,
    count: CountRecords = lambda body: len(body) if isinstance(body, list) else 0,
    headers: Mapping[str, str] | None = None,
    auth: Auth | None = None,
    what: str = "",
) -> AsyncIterator[tuple[Page, bool]]:
    """Yield the pages of a list, each with whether it is the last one. `count` tells how many records a body has."""
    guard, place, before = LoopGuard(what or path), paging.first(), b""
    while True:
        url, more = paging.ask(place)
        asked: Params = more if url is not None else {**params, **more}
        answer = await api.request("GET", url or path, params=asked, headers=headers, auth=auth)
        page = Page(answer.json(), answer)
        records = count(page.body)
        following = paging.after(page, place, records)
        if following is not None:
            guard.check(following)
        if records and answer.content == before:
            raise guard.loops()
        before = answer.content
        yield page, following is None
        if following is None:
            return
        place = following


def _sized(values: dict[str, str | int], parameter: str | None, size: int | None) -> dict[str, str | int]:
    return values | {parameter: size} if parameter and size else values
