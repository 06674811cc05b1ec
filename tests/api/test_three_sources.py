"""A new user links sources: every chart holds the vendors' true numbers, and connections tell what breaks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from looker_templates import DataItem, PageState, Report, item_dimensions, item_metrics, item_requests, load_templates
from looker_templates.ranges import own_range
from tests.api.linked_sources import COSTS, FIRST, LAST, LinkedSources, linked_sources
from tests.api.paying_accounts import monthly_revenue, paying
from tests.api.serving import wait_until
from tests.api.true_numbers import Truth
from tests.connectors.fake_vendor import Fault

TEMPLATES = ("first-look", "customer-service", "operational-desk", "satisfaction", "ticket-volume")

# What these sources do not tell at all. Whoever makes one of them speak takes it out here.
UNTOLD = {
    # Zendesk's exports of tickets hold no policies; they come with another list, of events by metric.
    "first-look tb_group": {"sla_first_reply_rate"},
    "customer-service tr_second": {"sla_first_reply_rate", "sla_resolution_rate"},
    # Typeform does not say whether a form asks about a relationship or about one contact.
    "satisfaction k_nps_relationship": {"nps_score"},
    "satisfaction k_nps_transactional": {"nps_score"},
}


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkedSources]:
    """Give a server to which they are linked by the API."""
    with linked_sources(tmp_path_factory.mktemp("three")) as found:
        yield found


def test_all_are_synced(linked: LinkedSources) -> None:
    for source in linked.ids:
        found = linked.state(source)
        assert found["state"] in {"synced", "backfilling"}, found
        assert found["last_run"]["rows_total"] > 0
        assert found["last_run"]["requests"] > 0


def _answer(linked: LinkedSources, report: Report, item: DataItem) -> tuple[list[str], list[list[Any]]]:
    """Return the fields and rows of an item's main request, for a month that the fakes tell of."""
    # How fresh data is can only be asked of today.
    last = LAST if report.sources[item.source or ""].dataset != "freshness" else datetime.now(UTC).date()
    state = PageState("main", last.replace(day=1), last, client="acme", today=last)
    body = item_requests(report, item, state)[0].body
    return [one["name"] for one in body["fields"]], [row["values"] for row in linked.answer(body)["rows"]]


def test_every_chart_of_the_service_reports_fills(linked: LinkedSources) -> None:
    empty: dict[str, set[str]] = {}
    for name in TEMPLATES:
        report = load_templates()[name]
        for item in report.data_items:
            fields, rows = _answer(linked, report, item)
            wanted = item_metrics(item) or item_dimensions(item)[:1]
            missing = {one for one in wanted if all(row[fields.index(one)] is None for row in rows)}
            if missing:
                empty[f"{name} {item.id}"] = missing
    assert empty == UNTOLD


def test_what_charts_say_is_what_the_vendors_know(linked: LinkedSources) -> None:
    """Compare, row by row, every chart whose metrics can be counted from the fakes' own records."""
    truth, wrong, compared = Truth(linked), [], set()
    for name in TEMPLATES:
        report = load_templates()[name]
        for item in report.data_items:
            if item.filters:
                continue
            fields, rows = _answer(linked, report, item)
            dimensions = item_dimensions(item)
            places = [fields.index(one) for one in dimensions]
            first, last = own_range(item.period, LAST) if item.period else (FIRST, LAST)
            for metric in item_metrics(item):
                expected = truth.rows(metric, dimensions, first, last)
                if expected is None:
                    continue
                shown = {tuple(_text(row[one]) for one in places): row[fields.index(metric)] for row in rows}
                compared.add((name, item.id, metric))
                wrong += [
                    f"{name} {item.id} {metric} {key}: {shown.get(key)} is {value}"
                    for key, value in expected.items()
                    if value is not None and not _same(shown.get(key), value)
                ]
                wrong += [
                    f"{name} {item.id} {metric} {key}: {value} of nothing"
                    for key, value in shown.items()
                    if key not in expected and value not in (None, 0)
                ]
    assert wrong == []
    assert len(compared) > 90


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _same(shown: Any, value: float) -> bool:
    return shown is not None and float(shown) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_numbers_of_several_sources_are_true_too(linked: LinkedSources) -> None:
    """Compare what comes of Stripe's bills, of costs that were pushed, and of them together with tickets."""
    stores: Mapping[str, Any] = linked.fakes["stripe"].stores  # type: ignore[attr-defined]
    tickets = Truth(linked).rows("tickets_created", [], FIRST, LAST) or {}
    before, after = paying(stores, FIRST - timedelta(days=1)), paying(stores, LAST)
    new = len(after - before)
    cost = {scope: sum(one["amount_original"] for one in COSTS if one["source_id"] == f"{scope}-2026-01")
            for scope in ("service", "marketing")}  # fmt: skip
    expected = {
        ("mrr", "mrr"): monthly_revenue(stores, LAST),
        ("accounts_period", "accounts_start"): len(before),
        ("accounts_period", "accounts_end"): len(after),
        ("accounts_period", "crr"): len(before & after) / len(before),
        ("accounts_period", "accounts_new"): new,
        ("unit_econ", "cac"): cost["marketing"] / new,
        ("unit_econ", "cost_per_ticket"): cost["service"] / (tickets[()] or 0),
        ("overview", "volume_per_100_accounts"): 200 * (tickets[()] or 0) / (len(before) + len(after)),
    }
    for (dataset, metric), value in expected.items():
        ((shown,),) = linked.ask(dataset, metric, first=FIRST.isoformat(), last=LAST.isoformat())
        assert _same(shown, value), f"{metric} is {shown}, not {value}"
    # February loses the one who left on the 15th.
    (row,) = linked.ask("accounts_period", "logo_churn_rate", first="2026-02-01", last="2026-02-28")
    left = paying(stores, LAST) - paying(stores, date(2026, 2, 28))
    assert _same(row[0], len(left) / len(after))
    assert len(left) == 1


def test_accounts_that_name_each_other_are_one_when_the_sync_ends(linked: LinkedSources) -> None:
    """Stripe's customer names the company's id at the help desk: the sync that finds it changes the numbers itself."""
    counted = {row[0]: row[1] for row in linked.ask("tickets", "account_id", "tickets_created")}
    truth = [one for one in Truth(linked).facts["created"] if one.of["account"] == 3005]
    customer = linked.fakes["stripe"].stores["customers"][-1]["id"]  # type: ignore[attr-defined]
    assert counted[customer] == len(truth) > 0
    assert "3005" not in counted
    (match,) = (one for one in _matches(linked) if "3005" in one["evidence"])
    assert (match["state"], match["decided_by"]) == ("accepted", None)


def _matches(linked: LinkedSources) -> list[dict[str, Any]]:
    found: Any = linked.desk.get("/v1/matches")["matches"]
    return list(found)


def test_accounts_of_both_that_share_a_domain_are_proposed_as_one(linked: LinkedSources) -> None:
    (match,) = (one for one in _matches(linked) if "yearly.example" in one["evidence"])
    ids = {one["source"]: one["account_id"] for one in match["accounts"]}
    assert sorted(ids) == ["stripe", "zendesk"]

    def tickets() -> dict[str, float]:
        return {row[0]: row[1] for row in linked.ask("tickets", "account_id", "tickets_created")}

    before = tickets()
    decision = f"/v1/matches/{match['id']}"
    linked.desk.post(decision, {"state": "accepted"}, 200)
    wanted = {ids["stripe"] if one == ids["zendesk"] else one: count for one, count in before.items()}
    wait_until(lambda: tickets() == wanted, seconds=60)
    linked.desk.post(decision, {"state": "proposed"}, 200)
    wait_until(lambda: tickets() == before, seconds=60)


def test_a_vendor_in_trouble_is_waited_for_and_the_others_go_on(linked: LinkedSources) -> None:
    before = linked.ask("tickets", "tickets_created")
    linked.fakes["typeform"].faults.next(Fault.TOO_MANY, seconds=3600)
    run = linked.sync("typeform")
    told = linked.state("typeform")
    assert (told["state"], told["state_code"]) == ("waiting", "source_rate_limited")
    assert told["next_run_at"] is not None
    assert run["error"]["message"]
    assert linked.state("zendesk")["state"] in {"synced", "backfilling"}
    assert linked.ask("tickets", "tickets_created") == before


def test_a_sign_in_that_was_taken_back_is_told_and_repaired(linked: LinkedSources) -> None:
    stripe = linked.fakes["stripe"]
    stripe.refused.add("rk_live_imagined")
    linked.sync("stripe")
    told = linked.state("stripe")
    assert (told["state"], told["state_code"]) == ("needs_sign_in", "source_token_revoked")
    assert "Link the account again" in told["next_step"]
    assert told["next_run_at"] is None  # it is not tried again until somebody has signed in
    asked = len(stripe.asked)
    stripe.refused.clear()
    linked.desk.post(f"/v1/connections/{linked.ids['stripe']}/sign-in", {"credentials": stripe.credentials}, 200)
    linked.sync("stripe")
    assert linked.state("stripe")["state"] in {"synced", "backfilling"}
    assert len(stripe.asked) > asked
