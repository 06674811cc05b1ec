"""The demo's customers and their money: everything that is told about a customer agrees with its life."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from connectors.demo import DEMO_CLIENTS, DemoClient
from connectors.demo.accounts import active_on, lives_until
from connectors.demo.activities import activities_of_day
from connectors.demo.ads import ad_days
from connectors.demo.billing import invoice_records
from connectors.demo.customers import account_records, contact_records, renewal_records
from connectors.demo.deals import deal_records
from connectors.demo.goals import mrr_on
from connectors.demo.leads import lead_records
from connectors.demo.records import Record, days_between
from connectors.demo.staff import agents_on, staff_records
from connectors.demo.subscriptions import subscription_records
from connectors.demo.surveys import reviews_of_day
from connectors.demo.tickets import tickets_of_day
from connectors.demo.timeline import CRISIS_CLIENT, Timeline
from connectors.demo.web import web_days

UNTIL = datetime(2026, 3, 30, tzinfo=UTC)
TIMELINE = Timeline.ending(date(2026, 3, 29))
CLIENTS = pytest.mark.parametrize("client", DEMO_CLIENTS, ids=lambda client: client.slug)
CRISIS = next(client for client in DEMO_CLIENTS if client.slug == CRISIS_CLIENT)
SOME_DAYS = days_between(date(2024, 2, 26), date(2024, 3, 4))


def by_id(records: list[Record]) -> dict[str, Record]:
    """Return records by their id, which none may share."""
    found = {str(record["id"]): record for record in records}
    assert len(found) == len(records)
    return found


@CLIENTS
def test_what_is_told_of_customers_refers_to_customers(client: DemoClient) -> None:
    accounts = by_id(account_records(client, TIMELINE, UNTIL))
    people = by_id(contact_records(client, TIMELINE, UNTIL))
    staff = by_id(staff_records(client, TIMELINE, UNTIL))
    assert 60 <= len(accounts) <= 130
    for records in (subscription_records, invoice_records, renewal_records, deal_records, lead_records):
        for record in by_id(records(client, TIMELINE, UNTIL)).values():
            assert record["customer"] is None or record["customer"] in accounts
    for day in SOME_DAYS:
        for ticket in tickets_of_day(client, TIMELINE, day, UNTIL):
            assert ticket["company"] in accounts
            assert ticket["contact_id"] in people
            assert ticket["assignee"] is None or ticket["assignee"] in staff
        for one in (*activities_of_day(client, TIMELINE, day, UNTIL), *reviews_of_day(client, TIMELINE, day, UNTIL)):
            assert one["customer"] in accounts
            assert one["contact"] in people


@CLIENTS
def test_who_has_left_neither_writes_nor_pays_nor_logs_in(client: DemoClient) -> None:
    away = {life.id for life in lives_until(client, TIMELINE, SOME_DAYS[0])}
    away -= {life.id for day in SOME_DAYS for life in active_on(client, TIMELINE, day)}
    for day in SOME_DAYS:
        assert not away & {str(one["company"]) for one in tickets_of_day(client, TIMELINE, day, UNTIL)}
        assert not away & {str(one["customer"]) for one in activities_of_day(client, TIMELINE, day, UNTIL)}
    first, last = SOME_DAYS[0].isoformat(), SOME_DAYS[-1].isoformat()
    billed = {
        str(one["customer"])
        for one in invoice_records(client, TIMELINE, UNTIL)
        if one["kind"] == "invoice" and first <= str(one["issued_on"]) <= last
    }
    assert billed
    assert not away & billed


@CLIENTS
def test_versions_of_a_subscription_follow_each_other(client: DemoClient) -> None:
    versions = defaultdict(list)
    for record in subscription_records(client, TIMELINE, UNTIL):
        versions[str(record["subscription"])].append(record)
    for items in versions.values():
        for before, after in pairwise(items):
            assert before["valid_to"] == after["valid_from"]
            assert before["ended_on"] is None
        assert items[-1]["valid_to"] == items[-1]["ended_on"]
        assert (items[-1]["ended_on"] is None) or items[-1]["cancel_reason"]


@CLIENTS
def test_amounts_of_an_invoice_agree(client: DemoClient) -> None:
    kinds, overdue = set(), 0
    for record in invoice_records(client, TIMELINE, UNTIL):
        amounts, payments = record["amounts"], record["payments"]
        assert isinstance(amounts, dict)
        assert isinstance(payments, list)
        parts = [amounts[name] for name in ("subtotal", "discount", "tax", "total", "paid", "due")]
        subtotal, discount, tax, total, paid, due = (int(str(part)) for part in parts)
        assert total == subtotal - discount + tax
        came = [one for one in payments if isinstance(one, dict) and one["status"] == "succeeded"]
        assert sum(int(str(one["amount"])) for one in came if one["kind"] == "payment") == (
            paid if record["kind"] == "invoice" else 0
        )
        assert (due > 0) == (record["status"] in ("open", "overdue"))
        kinds |= {str(record["kind"]), *(str(one["kind"]) for one in came)}
        overdue += record["status"] == "overdue"
    assert kinds >= {"invoice", "credit_note", "payment", "refund"}
    assert overdue > 3


@CLIENTS
def test_every_customer_since_the_start_was_a_deal(client: DemoClient) -> None:
    won = {one["customer"] for one in deal_records(client, TIMELINE, UNTIL) if one["status"] == "won"}
    since = {life.id for life in lives_until(client, TIMELINE, UNTIL.date()) if life.acquired >= TIMELINE.start}
    assert since <= won
    converted = [one for one in lead_records(client, TIMELINE, UNTIL) if one["converted_at"]]
    assert {one["customer"] for one in converted} <= since


def test_the_crisis_costs_customers_revenue_and_goodwill() -> None:
    first, last = TIMELINE.crisis
    lives = lives_until(CRISIS, TIMELINE, UNTIL.date())
    ends = [span.end for life in lives for span in life.spans if span.end is not None]

    def lost(start: date, end: date) -> int:
        return sum(start <= one <= end for one in ends)

    assert lost(first, last) > 2 * lost(first - timedelta(days=92), first - timedelta(days=62))
    assert mrr_on(CRISIS, TIMELINE, last) < mrr_on(CRISIS, TIMELINE, first)

    def nps(start: date, end: date) -> float:
        scores = [
            int(str(one["score"]))
            for day in days_between(start, end)
            for one in reviews_of_day(CRISIS, TIMELINE, day, UNTIL)
            if "score" in one
        ]
        return sum((score > 8) - (score < 7) for score in scores) / len(scores)

    assert nps(first, last) < 0 < nps(first - timedelta(days=92), first - timedelta(days=1))
    usual = len(agents_on(CRISIS, TIMELINE, first))
    assert usual >= 4


def test_a_content_customer_answers_better() -> None:
    scores: dict[bool, list[int]] = {True: [], False: []}
    for client in DEMO_CLIENTS:
        lives = {life.id: life.temper for life in lives_until(client, TIMELINE, UNTIL.date())}
        for day in days_between(date(2025, 9, 1), date(2025, 11, 30)):
            for one in reviews_of_day(client, TIMELINE, day, UNTIL):
                temper = lives[str(one["customer"])]
                if "score" in one and abs(temper) > 0.7:
                    scores[temper > 0].append(int(str(one["score"])))
    assert sum(scores[True]) / len(scores[True]) > 1 + sum(scores[False]) / len(scores[False])


@CLIENTS
def test_advertising_leads_and_visits_agree(client: DemoClient) -> None:
    first, last = date(2025, 9, 1), date(2025, 11, 30)
    ads = [row for day in days_between(first, last) for row in ad_days(client, TIMELINE, day, UNTIL)]
    forms = sum(int(str(row["leads"])) for row in ads)
    paid = [
        one
        for one in lead_records(client, TIMELINE, UNTIL)
        if str(one["channel"]).startswith("Paid") and str(first) <= str(one["created_at"])[:10] <= str(last)
    ]
    assert 0.75 * forms < len(paid) < 1.3 * forms
    conversions = sum(int(str(row["conversions"])) for row in ads)
    seen = [row for day in days_between(first, last) for row in web_days(client, TIMELINE, day, UNTIL)]
    events = sum(int(str(row["key_events"])) for row in seen if "Paid" in str(row["channel"]))
    assert 0.85 * conversions < events < conversions
    assert all(int(str(row["clicks"])) <= int(str(row["impressions"])) for row in ads)
