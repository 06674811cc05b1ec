"""How Stripe's changes are followed: events, objects asked for again, deletes, gaps, vanished places and its errors."""

from datetime import timedelta

import pytest

from connectors import Context, Cursor, MissingScopeError, StopError, TokenRevokedError
from connectors.errors import MalformedRecordError, RateLimitedError
from connectors.stripe import StripeSource
from connectors.stripe.versions import past_versions, present_versions
from connectors.vendor import Answer, error_of
from tests.connectors.fake_vendor import Fault, Record
from tests.connectors.fakes import stripe_records as made
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.reading import list_accounts, read_all, records_of, stream_of, windows_of

SOURCE = StripeSource()


def followed(fake: FakeStripe, stream: str) -> Cursor:
    """Read a stream once and return the cursor that follows it."""
    return read_all(SOURCE, fake, stream=stream, since=fake.since)[-1].cursor


def test_a_deleted_customer_is_a_tombstone() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "customers")
        fake.delete_customer("cus_p03", "2026-03-30T14:30:00")
        batches = read_all(SOURCE, fake, stream="customers", cursor=cursor)
        assert [batch.tombstones for batch in batches] == [[{"id": "cus_p03"}]]
        assert records_of(batches) == []
        assert "cus_p03" not in {one["id"] for one in records_of(read_all(SOURCE, fake, stream="customers"))}


def test_touched_objects_are_asked_for_again_in_the_pinned_version() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "invoices")
        fake.asked.clear()
        fake.stores["invoices"][0]["amount_remaining"] = 7
        stale: Record = {"id": "in_yearly_2026-01", "object": "invoice", "amount_remaining": 99}
        fake.tell("invoice.updated", stale, "2026-03-30T14:30:00")
        fake.tell("invoice.upcoming", {"object": "invoice"}, "2026-03-30T14:31:00")
        batches = read_all(SOURCE, fake, stream="invoices", cursor=cursor)
        assert [one["amount_remaining"] for one in records_of(batches)] == [7]
        assert [one.path for one in fake.asked] == ["/v1/events", "/v1/invoices/in_yearly_2026-01"]
        assert {one.headers["stripe-version"] for one in fake.asked} == {"2026-08-26.dahlia"}


def test_events_move_the_cursor_and_quiet_streams_stay_without_a_sweep() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "customers")
        later = read_all(SOURCE, fake, stream="customers", cursor=cursor, now=fake.now + timedelta(days=20))[-1].cursor
        fake.asked.clear()
        read_all(SOURCE, fake, stream="customers", cursor=later, now=fake.now + timedelta(days=40))
        assert [one.path for one in fake.asked] == ["/v1/events"]


def test_an_object_that_cannot_be_asked_for_again_is_taken_from_its_event() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "invoices")
        fake.tell("invoice.updated", {"id": "in_shy", "object": "invoice", "total": 5}, "2026-03-30T14:30:00")
        fake.tell("invoice.deleted", {"id": "in_draft", "object": "invoice"}, "2026-03-30T14:31:00")
        (batch,) = read_all(SOURCE, fake, stream="invoices", cursor=cursor)
        assert [one["id"] for one in batch.records] == ["in_shy"]
        assert batch.tombstones == [{"id": "in_draft"}]


def test_an_account_without_the_lists_beside_is_read_all_the_same() -> None:
    with FakeStripe() as fake:
        fake.absent = {"products", "invoice_payments", "credit_notes", "account", "accounts"}
        assert [one.id for one in list_accounts(SOURCE, fake, {})] == ["stripe"]
        assert len(records_of(read_all(SOURCE, fake, stream="subscriptions"))) == 44
        assert {one["invoice"] for one in records_of(read_all(SOURCE, fake, stream="charges"))} == {None}
        assert {one["credit_note"] for one in records_of(read_all(SOURCE, fake, stream="refunds"))} == {None}
        with pytest.raises(StopError, match="no list 'credit_notes'"):
            read_all(SOURCE, fake, stream="credit_notes")


def test_a_gap_longer_than_events_live_sweeps_the_list() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "customers")
        fake.stores["customers"][0]["name"] = "Changed without a trace"
        batches = read_all(SOURCE, fake, stream="customers", cursor=cursor, now=fake.now + timedelta(days=31))
        assert len(records_of(batches)) == 42
        assert "Changed without a trace" in {one["name"] for one in records_of(batches)}


def test_a_gap_also_sweeps_what_was_read_in_windows() -> None:
    with FakeStripe() as fake:
        since = fake.now - timedelta(hours=1)
        cursor = read_all(SOURCE, fake, stream="invoices", since=since)[-1].cursor
        swept = read_all(SOURCE, fake, stream="invoices", cursor=cursor, since=since, now=fake.now + timedelta(days=31))
        rest = read_all(SOURCE, fake, stream="invoices", cursor=swept[3].cursor, since=since)
        ids = {one["id"] for one in records_of([*swept[:4], *rest])}
        assert ids == {one["id"] for one in records_of(swept)} == {one["id"] for one in fake.stores["invoices"]}


def test_what_was_created_between_the_history_and_the_live_read_is_not_lost() -> None:
    with FakeStripe() as fake:
        windows = windows_of(stream_of(SOURCE, _context(fake), "invoices"), fake.since, fake.now)
        assert len(windows) == 2
        history = [one for window in windows for one in read_all(SOURCE, fake, stream="invoices", window=window)]
        assert len(records_of(history)) == len(fake.stores["invoices"])
        fake.change("invoices")
        live = records_of(read_all(SOURCE, fake, stream="invoices", since=fake.now - timedelta(hours=1)))
        assert {one["id"] for one in live} == {"in_p29_2026-03_more"}
        again = read_all(SOURCE, fake, stream="invoices", since=fake.now - timedelta(hours=1))[-1].cursor
        touched = {one["id"] for one in records_of(read_all(SOURCE, fake, stream="invoices", cursor=again))}
        assert touched == {"in_p29_2026-03", "in_p29_2026-03_more"}


def test_a_place_that_vanished_is_found_by_its_moment() -> None:
    with FakeStripe() as fake:
        first = read_all(SOURCE, fake, stream="customers")
        assert first[0].cursor.value["after"] == first[0].records[-1]["id"]
        fake.gone.add(str(first[0].records[-1]["id"]))
        rest = read_all(SOURCE, fake, stream="customers", cursor=first[0].cursor)
        ids = {one["id"] for one in [*first[0].records, *records_of(rest)]}
        assert ids == {one["id"] for one in fake.stores["customers"]}


def test_charges_name_their_invoices_also_when_they_were_attached_later() -> None:
    with FakeStripe() as fake:
        link = fake.stores["invoice_payments"].pop(0)
        found = {one["id"]: one["invoice"] for one in records_of(read_all(SOURCE, fake, stream="charges"))}
        assert found["ch_yearly_2026-01"] is None
        assert found["ch_p07_2026-02"] == "in_p07_2026-02"
        cursor = followed(fake, "charges")
        fake.stores["invoice_payments"].append(link)
        fake.tell("invoice_payment.paid", {**link, "object": "invoice_payment"}, "2026-03-30T14:30:00")
        news = records_of(read_all(SOURCE, fake, stream="charges", cursor=cursor))
        assert [(one["id"], one["invoice"]) for one in news] == [("ch_yearly_2026-01", "in_yearly_2026-01")]


def test_a_credit_note_that_came_later_reaches_its_refund() -> None:
    with FakeStripe() as fake:
        note = fake.stores["credit_notes"].pop(0)
        cursor = followed(fake, "refunds")
        fake.stores["credit_notes"].append(note)
        fake.tell("credit_note.created", note, "2026-03-30T14:30:00")
        news = records_of(read_all(SOURCE, fake, stream="refunds", cursor=cursor))
        assert [(one["id"], one["credit_note"]) for one in news] == [("re_00", "cn_00")]


def test_too_many_requests_without_a_word_on_how_long() -> None:
    with FakeStripe() as fake:
        fake.limited = 3
        assert len(records_of(read_all(SOURCE, fake, stream="customers"))) == 42
        assert len(fake.clock.slept) == 3
        assert min(fake.clock.slept) >= 0.5
        told = fake.too_many()
    found = error_of(SOURCE.vendor, Answer(429, {"stripe-rate-limited-reason": "global-rate"}, b"{}", ""))
    assert isinstance(found, RateLimitedError)
    assert told.status == 429
    assert "global-rate" in str(found)


def test_a_pause_in_the_middle_of_changes_is_kept() -> None:
    with FakeStripe() as fake:
        cursor = followed(fake, "invoices")
        for one in fake.stores["invoices"][:9]:
            fake.tell("invoice.updated", one, "2026-03-30T14:30:00")
        fake.faults.next(Fault.TOO_MANY, seconds=7, times=2, path="/v1/invoices/in_")
        assert len(records_of(read_all(SOURCE, fake, stream="invoices", cursor=cursor))) == 9
        assert fake.faults.used == 2
        assert fake.faults.early == []


def test_a_key_says_which_permission_it_lacks() -> None:
    with FakeStripe() as fake:
        fake.lacking = {"refunds"}
        with pytest.raises(MissingScopeError, match="rak_refunds_read"):
            read_all(SOURCE, fake, stream="refunds")
        with pytest.raises(TokenRevokedError, match="has expired") as caught:
            read_all(SOURCE, fake, credentials={"key": "rk_live_wrong"}, stream="customers")
        assert "rk_live" not in str(caught.value)
        assert caught.value.request_id == "req_imagined"
    gone = Answer(404, {}, b'{"error":{"code":"resource_missing","message":"No such customer"}}', "")
    assert isinstance(error_of(SOURCE.vendor, gone), MalformedRecordError)


def test_a_platform_reads_the_accounts_that_are_connected_to_it() -> None:
    with FakeStripe() as fake:
        found = list_accounts(SOURCE, fake, {})
        assert [(one.id, one.currency, dict(one.settings)) for one in found] == [
            ("acct_imagined", "EUR", {}),
            ("acct_other", "EUR", {"connected": True}),
        ]
        fake.lacking = {"account"}
        assert list_accounts(SOURCE, fake, {})[0].id == "acct_imagined"
        fake.lacking = {"accounts"}
        assert [one.id for one in list_accounts(SOURCE, fake, {})] == ["acct_imagined"]
        fake.asked.clear()
        read_all(SOURCE, fake, {"account_id": "acct_other", "connected": True}, stream="customers")
        assert {one.headers["stripe-account"] for one in fake.asked} == {"acct_other"}
        fake.asked.clear()
        read_all(SOURCE, fake, stream="customers")
        assert not any("stripe-account" in one.headers for one in fake.asked)


def _event(moment: str, now: Record, before: Record) -> Record:
    return {"created": made.second(moment), "data": {"object": now, "previous_attributes": before}}


def _context(fake: FakeStripe) -> Context:
    return Context("connection", fake.config, fake.now)


class TestVersions:
    """What events make of a subscription's past."""

    day = "2026-01-01T09:00:00"

    def events(self, fake: FakeStripe) -> list[Record]:
        """Return the fake's events, without that of its seed."""
        return fake.stores["events"][1:]

    def test_changes_follow_on_each_other_and_reading_them_again_does_nothing(self) -> None:
        begun = made.second("2026-01-02T09:00:00")
        with FakeStripe() as fake:
            fake.upgrade("sub_p01", 1, 4, "2026-03-05T10:00:00")
            fake.upgrade("sub_p01", 4, 2, "2026-03-20T10:00:00")
        starts: dict[str, int] = {}
        past = past_versions(self.events(fake), starts)
        first, second = made.second("2026-03-05T10:00:00"), made.second("2026-03-20T10:00:00")
        assert [(one["valid_from"], one["valid_to"]) for one in past] == [(begun, first), (first, second)]
        assert [one["subscription_item"]["quantity"] for one in past] == [1, 4]  # type: ignore[index,call-overload]
        assert past_versions(self.events(fake), starts) == []
        now = next(one for one in fake.stores["subscriptions"] if one["id"] == "sub_p01")
        assert [one["id"] for one in present_versions(now, starts)] == [f"si_p01@{second}"]

    def test_a_pause_in_paying_is_a_version_and_a_renewal_is_none(self) -> None:
        item = made.item("x", self.day, made.price("team", 1000))
        unpaid = made.subscription("x", self.day, item, status="unpaid")
        renewed = made.subscription("x", self.day, {**item, "current_period_end": 5})
        told = [
            _event("2026-02-01", renewed, {"items": {"data": [item]}, "latest_invoice": "in_old"}),
            _event("2026-03-01", unpaid, {"status": "past_due"}),
            _event("2026-03-10", made.subscription("x", self.day, item), {"status": "unpaid"}),
            _event("2026-03-15", made.subscription("x", self.day, item, status="past_due"), {"status": "active"}),
        ]
        past = past_versions(told, {})
        assert [(one["valid_to"], one["subscription"]["status"]) for one in past] == [  # type: ignore[index,call-overload]
            (made.second("2026-03-01"), "past_due"),
            (made.second("2026-03-10"), "unpaid"),
        ]

    def test_an_item_that_was_taken_off_ends_and_one_that_came_later_begins_then(self) -> None:
        old = made.item("x", self.day, made.price("team", 1000))
        new = made.item("x_b", "2026-02-10T09:00:00", made.price("year", 90_000, "year"))
        now = made.subscription("x", self.day, new)
        starts: dict[str, int] = {}
        past = past_versions([_event("2026-02-10T09:00:00", now, {"items": {"data": [old]}})], starts)
        assert [(one["subscription_item"]["id"], one["valid_to"]) for one in past] == [  # type: ignore[index,call-overload]
            ("si_x", made.second("2026-02-10T09:00:00"))
        ]
        assert [one["valid_from"] for one in present_versions(now, starts)] == [made.second("2026-02-10T09:00:00")]
