"""A new user links three sources: the reports hold the vendors' true numbers, and connections tell what breaks."""

import base64
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.linking import Desk, SigningZendesk, desk_at
from tests.api.serving import wait_until
from tests.connectors.fake_vendor import FakeVendor, Fault
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.fakes.typeform import FakeTypeform

RANGE = {"startDate": "2025-11-01", "endDate": "2026-12-31"}
TOKEN = {"email": "ada@tideline.example", "token": "first-token"}
_ACTIVE = {"new", "syncing", "backfilling"}


class _Desk:
    """The three fakes and the server that reads them."""

    def __init__(self, desk: Desk, fakes: dict[str, FakeVendor]) -> None:
        self.desk, self.fakes = desk, fakes
        self.ids: dict[str, str] = {}

    def link(self, source: str, **more: object) -> None:
        told = self.desk.post("/v1/connections", {"source": source, "client": "acme", **more})
        self.ids[source] = str(told["id"])
        wait_until(lambda: self.state(source)["state"] not in _ACTIVE, seconds=60)

    def state(self, source: str) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.get(f"/v1/connections/{self.ids[source]}")
        return found

    def sync(self, source: str) -> dict[str, Any]:
        told = self.desk.post(f"/v1/connections/{self.ids[source]}/sync", status=202)
        wait_until(lambda: self.desk.get(f"/v1/runs/{told['run']}")["finished_at"] is not None, seconds=60)
        wait_until(lambda: self.state(source)["state"] not in _ACTIVE, seconds=60)
        found: dict[str, Any] = self.desk.get(f"/v1/runs/{told['run']}")
        return found

    def ask(self, dataset: str, *fields: str) -> list[list[Any]]:
        body = {
            "configParams": {"dataset": dataset, "client": "acme"},
            "dateRange": RANGE,
            "fields": [{"name": name} for name in fields],
        }
        with self.desk.client(self.desk.reading_key) as client:
            answer = client.post("/v1/looker/data", json=body)
        assert answer.status_code == 200, answer.text
        return [row["values"] for row in answer.json()["rows"]]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Desk]:
    """Give a server to which the three are linked by the API, in any way that scripts do."""
    with (
        pytest.MonkeyPatch.context() as environment,
        SigningZendesk() as zendesk,
        FakeStripe() as stripe,
        FakeTypeform() as typeform,
        desk_at(tmp_path_factory.mktemp("three")) as desk,
    ):
        zendesk.credentials = {"access_token": _basic(TOKEN)}  # type: ignore[misc]
        zendesk.stores["organizations"][0] |= {"domain_names": ["yearly.example"]}  # as one of Stripe's customers
        fakes: dict[str, FakeVendor] = {"zendesk": zendesk, "stripe": stripe, "typeform": typeform}
        for fake in fakes.values():
            fake.now = datetime.now(UTC)  # type: ignore[misc]  # the server's clock is the real one
            for name, value in fake.environment.items():
                environment.setenv(name, value)
        desk.world.runner.start()
        three = _Desk(desk, fakes)
        three.link("zendesk", settings={"subdomain": "tideline", "category_field": "4402"}, credentials=TOKEN)
        three.link("stripe", credentials=stripe.credentials, account="acct_imagined")
        three.link("typeform", credentials={"token": "first-token"})
        yield three


def _basic(token: dict[str, str]) -> str:
    return base64.b64encode(f"{token['email']}/token:{token['token']}".encode()).decode()


def _tickets(three: _Desk) -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = three.fakes["zendesk"].truth("tickets")
    return [one for one in every if one["status"] != "deleted" and "closed_by_merge" not in one["tags"]]


def test_all_three_are_synced(linked: _Desk) -> None:
    for source in linked.fakes:
        found = linked.state(source)
        assert found["state"] in {"synced", "backfilling"}, found
        assert found["last_run"]["rows_total"] > 0
        assert found["last_run"]["requests"] > 0


def test_the_charts_hold_the_help_desks_true_numbers(linked: _Desk) -> None:
    tickets = _tickets(linked)
    solved = [one for one in tickets if one["status"] in {"solved", "closed"}]
    assert linked.ask("tickets", "tickets_created", "tickets_solved_cohort") == [[len(tickets), len(solved)]]
    by_group = Counter(one["group_name"] for one in tickets)
    assert {row[0]: row[1] for row in linked.ask("tickets", "agent_group", "tickets_created")} == by_group
    by_month = Counter(one["created_at"][:7].replace("-", "") for one in tickets)
    assert {row[0]: row[1] for row in linked.ask("tickets", "date_month", "tickets_created")} == by_month
    minutes = [one["metric_set"]["full_resolution_time_in_minutes"]["calendar"] for one in solved]
    average = float(linked.ask("tickets", "resolution_avg_seconds")[0][0])
    assert average == pytest.approx(60 * sum(minutes) / len(minutes))


def test_billing_and_surveys_are_there_too(linked: _Desk) -> None:
    assert linked.ask("mrr", "mrr")[0][0] > 0
    answers = linked.fakes["typeform"].truth("responses")
    assert 0 < linked.ask("surveys", "nps_responses")[0][0] <= len(answers)


def test_accounts_of_both_that_share_a_domain_are_proposed_as_one(linked: _Desk) -> None:
    found: Any = linked.desk.get("/v1/matches")["matches"]
    (match,) = (one for one in found if "yearly.example" in one["evidence"])
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


def test_a_vendor_in_trouble_is_waited_for_and_the_others_go_on(linked: _Desk) -> None:
    before = linked.ask("tickets", "tickets_created")
    linked.fakes["typeform"].faults.next(Fault.TOO_MANY, seconds=3600)
    run = linked.sync("typeform")
    told = linked.state("typeform")
    assert (told["state"], told["state_code"]) == ("waiting", "source_rate_limited")
    assert told["next_run_at"] is not None
    assert run["error"]["message"]
    assert linked.state("zendesk")["state"] in {"synced", "backfilling"}
    assert linked.ask("tickets", "tickets_created") == before


def test_a_sign_in_that_was_taken_back_is_told_and_repaired(linked: _Desk) -> None:
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
