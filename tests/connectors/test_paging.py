"""Every way of cutting lists into pages, against a server that cuts them so."""

import asyncio
from collections.abc import Iterator
from typing import ClassVar

import httpx2
import pytest

from connectors import JsonValue, StopError
from connectors.auth import FixedCredentials, NoAuth
from connectors.http import VendorHttp
from connectors.network import open_client, rules_of
from connectors.paging import CursorPages, LinkPages, LoopGuard, NumberedPages, OffsetPages, OnePage, Paging, pages
from connectors.vendor import Vendor
from tests.connectors.fake_vendor import Asked, FakeVendor, Told

EVERYTHING = list(range(25))


class FakeLists(FakeVendor):
    """Cuts the numbers up to 24 in every way."""

    vendor: ClassVar[str] = "lists"

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere = ""  # the host that links name
        self.empty: set[int] = set()  # positions whose page is empty

    def answer(self, asked: Asked) -> Told:
        """Return a page."""
        size = asked.number("size", 10)
        match asked.path.removeprefix("/"):
            case "pages":
                start = 0 if self.looping else (asked.number("page", 1) - 1) * size
                return Told(200, EVERYTHING[start : start + size])
            case "offsets":
                start = asked.number("offset")
                return Told(200, EVERYTHING[start : start + asked.number("limit", 10)])
            case "cursors":
                return self._cursors(asked, asked.number("after"), size)
            case "links":
                return self._links(asked.number("from"), size)
            case _:
                return Told(200, EVERYTHING)

    def _cursors(self, asked: Asked, start: int, size: int) -> Told:
        end = start + size
        following: JsonValue = end if end < len(EVERYTHING) else None
        if asked.one("style") == "more":
            following = str(end)
        rows = [] if start in self.empty else EVERYTHING[start:end]
        next_place = 10 if self.looping else following
        return Told(200, {"rows": rows, "meta": {"next": next_place, "more": end < len(EVERYTHING)}})

    def _links(self, start: int, size: int) -> Told:
        end = start + size
        url = f"{self.elsewhere or self.address}/links?from={0 if self.looping else end}&size={size}"
        link = f'<{self.address}/links>; rel="first", <{url}>; title="x"; rel="next"'
        body = {"rows": EVERYTHING[start:end], "next": url if end < len(EVERYTHING) else None}
        return Told(200, body, {"Link": link} if end < len(EVERYTHING) else {})


@pytest.fixture
def lists() -> Iterator[FakeLists]:
    """The server."""
    with FakeLists() as fake:
        yield fake


def rows_of(body: JsonValue) -> list[JsonValue]:
    """Return the rows of a page."""
    found = body.get("rows") if isinstance(body, dict) else body
    assert isinstance(found, list)
    return found


def read(fake: FakeLists, path: str, paging: Paging, **params: str) -> list[list[JsonValue]]:
    """Return the rows of each page."""

    async def work() -> list[list[JsonValue]]:
        async with open_client(rules=rules_of(fake.environment), timeout=httpx2.Timeout(5.0)) as client:
            api = VendorHttp(
                client,
                Vendor("lists", "Lists"),
                NoAuth(),
                FixedCredentials(),
                lambda _: "https://lists.example",
                environment=fake.environment,
            )
            found, lasts = [], []
            async for page, last in pages(api, path, params, paging, count=lambda body: len(rows_of(body))):
                found.append(rows_of(page.body))
                lasts.append(last)
            assert lasts == [False] * (len(lasts) - 1) + [True]
            return found

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("path", "paging", "sizes"),
    [
        ("pages", NumberedPages("page", "size", 10), [10, 10, 5]),
        ("pages", NumberedPages("page", "size", 5), [5, 5, 5, 5, 5, 0]),
        ("pages", NumberedPages(), [10, 10, 5, 0]),
        ("offsets", OffsetPages(size=10), [10, 10, 5]),
        ("cursors", CursorPages("after", ("meta", "next"), size_parameter="size", size=9), [9, 9, 7]),
        ("cursors?style=more", CursorPages("after", ("meta", "next"), ("meta", "more")), [10, 10, 5]),
        ("links", LinkPages(), [10, 10, 5]),
        ("links", LinkPages(("next",), "size", 20), [20, 5]),
        ("whole", OnePage(), [25]),
    ],
)
def test_every_record_comes_once(lists: FakeLists, path: str, paging: Paging, sizes: list[int]) -> None:
    found = read(lists, path, paging)
    assert [len(rows) for rows in found] == sizes
    assert [one for rows in found for one in rows] == EVERYTHING


def test_parameters_of_the_list_stay_but_links_have_their_own(lists: FakeLists) -> None:
    read(lists, "cursors", CursorPages("after", ("meta", "next")), kind="a b")
    assert [one.one("kind") for one in lists.asked] == ["a b", "a b", "a b"]
    read(lists, "links", LinkPages(), kind="a b")
    assert [one.one("kind") for one in lists.asked[3:]] == ["a b", "", ""]


def test_an_empty_page_with_a_next_place_is_no_end(lists: FakeLists) -> None:
    lists.empty = {10}
    assert [len(rows) for rows in read(lists, "cursors", CursorPages("after", ("meta", "next")))] == [10, 0, 5]


@pytest.mark.parametrize(
    ("path", "paging"),
    [
        ("cursors", CursorPages("after", ("meta", "next"))),
        ("links", LinkPages()),
        ("links", LinkPages(("next",))),
        ("pages", NumberedPages()),
    ],
)
def test_a_circle_ends(lists: FakeLists, path: str, paging: Paging) -> None:
    lists.looping = True
    with pytest.raises(StopError, match=f"The pages of {path} lead in a circle"):
        read(lists, path, paging)
    assert len(lists.asked) <= 3


def test_a_link_to_another_host_is_not_followed(lists: FakeLists) -> None:
    lists.elsewhere = "https://evil.example"
    with pytest.raises(StopError, match="at another host"):
        read(lists, "links", LinkPages())
    assert len(lists.asked) == 1


def test_the_guard_counts_every_place_once() -> None:
    guard = LoopGuard("orders")
    guard.check("a")
    guard.check(2)
    with pytest.raises(StopError, match="orders lead in a circle"):
        guard.check("a")
