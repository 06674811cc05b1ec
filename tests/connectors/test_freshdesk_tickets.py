"""How Freshdesk's tickets are walked: by moments instead of pages, and last the trash and the spam."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from connectors import StopError, Window
from connectors.freshdesk.source import FreshdeskSource
from tests.connectors.fake_vendor import Asked, Told
from tests.connectors.fakes.freshdesk import FakeFreshdesk
from tests.connectors.reading import empty_workspace, read_all, records_of

SOURCE = FreshdeskSource()
moment = datetime.fromisoformat


@pytest.fixture
def fake() -> Iterator[FakeFreshdesk]:
    """The fake, serving."""
    with FakeFreshdesk() as running:
        assert isinstance(running, FakeFreshdesk)
        yield running


def test_windows_together_are_all_that_is_listed(fake: FakeFreshdesk) -> None:
    edges = [fake.since, moment("2026-02-20T12:00:00Z"), moment("2026-03-01T00:00:00Z"), fake.now]
    found: list[int] = []
    for start, end in pairwise(edges):
        for one in records_of(read_all(SOURCE, fake, stream="tickets", window=Window(start, end))):
            assert start <= moment(str(one["updated_at"])) < end
            found.append(int(str(one["id"])))
    assert sorted(found) == [*range(1, 90), *range(94, 101)]
    assert {asked.one("filter") for asked in fake.asked} == {""}


def test_a_window_that_breaks_goes_on(fake: FakeFreshdesk) -> None:
    window = Window(moment("2026-01-10T00:00:00Z"), moment("2026-03-10T00:00:00Z"))
    whole = read_all(SOURCE, fake, stream="tickets", window=window)
    assert len(whole) > 2
    rest = read_all(SOURCE, fake, stream="tickets", window=window, cursor=whole[0].cursor)
    wanted = {str(one["id"]) for one in records_of(whole)}
    assert {str(one["id"]) for one in records_of([whole[0], *rest])} == wanted
    assert len(records_of(rest)) < len(wanted)


def test_the_last_page_is_never_reached(fake: FakeFreshdesk) -> None:
    fake.last_page = 3  # 35 tickets changed in one second: that is two pages
    assert len(records_of(read_all(SOURCE, fake, stream="tickets", since=fake.since))) == 100
    assert max(asked.number("page") for asked in fake.asked if asked.path.endswith("tickets")) <= 3


def test_since_may_mean_after(fake: FakeFreshdesk) -> None:
    fake.strict = True
    found = {one["id"] for one in records_of(read_all(SOURCE, fake, stream="tickets", since=fake.since))}
    assert found == set(range(1, 101))


def test_more_than_the_last_page_in_one_second_says_so(fake: FakeFreshdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.freshdesk.tickets.LAST_PAGE", 2)
    for one in fake.stores["tickets"]:
        one["updated_at"] = "2026-02-20T12:00:00Z"
    with pytest.raises(StopError, match="one second"):
        read_all(SOURCE, fake, stream="tickets", since=fake.since)


def test_a_ticket_that_changes_while_it_is_read_pushes_none_out(fake: FakeFreshdesk) -> None:
    plain, moved = fake.answer, [1, 2, 3]

    def answer(asked: Asked) -> Told:
        if len(fake.asked) > 2 and moved:  # what was read goes to the end, and all others a place forward
            fake.ticket(moved.pop())["updated_at"] = "2026-03-30T14:00:00Z"
        return plain(asked)

    fake.answer = answer  # type: ignore[method-assign]
    found = {one["id"] for one in records_of(read_all(SOURCE, fake, stream="tickets", since=fake.since))}
    assert found == set(range(1, 101))


def test_tickets_out_of_order_are_all_read(fake: FakeFreshdesk) -> None:
    fake.ordered = False
    batches = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    assert {one["id"] for one in records_of(batches)} == set(range(1, 101))
    assert batches[0].cursor.value["reached"] == "2025-11-30T23:55:00Z"  # where it began
    window = Window(moment("2026-01-05T00:00:00Z"), moment("2026-02-01T00:00:00Z"))
    some = {str(one["updated_at"])[:7] for one in records_of(read_all(SOURCE, fake, stream="tickets", window=window))}
    assert some == {"2026-01"}


def test_the_trash_is_read_after_all_others(fake: FakeFreshdesk) -> None:
    read_all(SOURCE, fake, stream="tickets", since=fake.since)
    filters = [asked.one("filter") for asked in fake.asked if asked.path.endswith("tickets")]
    assert list(dict.fromkeys(filters)) == ["", "deleted", "spam"]


def test_what_is_thrown_away_and_brought_back(fake: FakeFreshdesk, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(SOURCE, fake)
        fake.ticket(2).update({"deleted": True})  # its last change stays in December
        fake.ticket(91).update({"deleted": False, "updated_at": "2026-03-30T14:50:00Z"})
        fake.ticket(2).update({"updated_at": "2026-03-29T08:00:00Z"})
        workspace.load(SOURCE, fake)
        listed = workspace.entity("ticket", "source_id", "is_listed", where="source_id in ('2', '91')")
        assert listed == [("2", False), ("91", True)]
        assert workspace.entity("ticket_event", "is_listed", where="ticket_id = '2' and is_listed") == []


def test_the_trash_need_not_say_that_it_is_trash(fake: FakeFreshdesk, tmp_path: Path) -> None:
    fake.flagged = False
    with empty_workspace(tmp_path) as workspace:
        workspace.load(SOURCE, fake)
        gone = workspace.entity("ticket", "source_id", "is_deleted", "is_spam", where="not is_listed")
        assert gone == [("90", True, False), ("91", True, False), ("92", True, False), ("93", False, True)]


def test_a_filter_that_is_not_understood_throws_nothing_away(fake: FakeFreshdesk) -> None:
    fake.filters = fake.flagged = False
    found = records_of(read_all(SOURCE, fake, stream="tickets", since=fake.since))
    assert {one["listed"] for one in found} == {"all"}


def test_a_read_that_breaks_in_the_trash_goes_on_there(fake: FakeFreshdesk) -> None:
    batches = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    (place,) = [n for n, one in enumerate(batches) if one.cursor.value.get("list") == "deleted"]
    fake.asked.clear()
    rest = read_all(SOURCE, fake, stream="tickets", cursor=batches[place].cursor)
    assert {one["id"] for one in records_of(rest)} == {90, 91, 92, 93}
    assert "" not in {asked.one("filter") for asked in fake.asked if asked.path.endswith("tickets")}


def test_nothing_new_does_not_walk_backwards(fake: FakeFreshdesk) -> None:
    first = read_all(SOURCE, fake, stream="tickets", since=fake.since)[-1].cursor
    second = read_all(SOURCE, fake, stream="tickets", cursor=first, now=fake.now + timedelta(days=40))[-1].cursor
    third = read_all(SOURCE, fake, stream="tickets", cursor=second, now=fake.now + timedelta(days=40))[-1].cursor
    assert first == second == third


def test_the_beginning_is_asked_for(fake: FakeFreshdesk) -> None:
    read_all(SOURCE, fake, stream="tickets", since=datetime(2026, 1, 1, tzinfo=UTC))
    assert fake.asked[0].one("updated_since") == "2025-12-31T23:55:00Z"
