"""A new user's server: fakes of four vendors linked to it by the API, and the costs pushed that no vendor tells."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from joserfc.jwk import RSAKey

from tests.api.linking import Desk, SigningZendesk, desk_at
from tests.api.serving import wait_until
from tests.connectors.fake_vendor import FakeVendor, Record
from tests.connectors.fakes.google_analytics import PROPERTY, FakeAnalytics
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.fakes.together import by_vendor
from tests.connectors.fakes.typeform import FakeTypeform

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)  # a month that all fakes tell of
_TOKEN = {"email": "ada@tideline.example", "token": "first-token"}
_ACTIVE = {"new", "syncing", "backfilling"}

# What helping and winning customers costs: no vendor tells it, so the ledger's own program pushes it.
COSTS: tuple[dict[str, Any], ...] = tuple(
    {"source_id": f"{scope}-{month}", "starts_on": f"{month}-01", "ends_on": f"{month}-28"}
    | {"cost_category": "salary", "cost_scope": scope, "amount_original": amount, "currency_original": "EUR"}
    for scope, amount in (("service", 2_800), ("marketing", 700))
    for month in ("2025-12", "2026-01", "2026-02")
)


class _Analytics(FakeAnalytics):
    """A property that is as old as the other fakes, with pages of answers besides those of help."""

    since: ClassVar[datetime] = datetime(2025, 12, 1, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        for row in self.rows[2::3]:
            row["landingPage"] = "/faq/shipping"


class _Zendesk(SigningZendesk):
    """A help desk whose tasks have a day by which they are due."""

    def __init__(self) -> None:
        super().__init__()
        self.credentials = {"access_token": _basic(_TOKEN)}  # type: ignore[misc]
        self.stores["organizations"][0] |= {"domain_names": ["yearly.example"]}  # as one of Stripe's customers
        for one in self.stores["tickets"]:
            if one["type"] == "task":
                one["due_at"] = str(one["created_at"])[:8] + "28T18:00:00Z"


@dataclass
class LinkedSources:
    """The fakes and the server that reads them."""

    desk: Desk
    fakes: dict[str, FakeVendor]
    visits: Sequence[Record]
    ids: dict[str, str] = field(default_factory=dict)

    def link(self, source: str, **more: object) -> None:
        """Link a source to the client account acme; its first sync begins."""
        told = self.desk.post("/v1/connections", {"source": source, "client": "acme", **more})
        self.ids[source] = str(told["id"])

    def push(self, stream: str, records: Sequence[Record]) -> None:
        """Push records of the client account acme."""
        body = {"client": "acme", "source": "ledger", "records": records}
        with self.desk.client() as client:
            answer = client.post(f"/v1/push/{stream}", json=body, headers={"idempotency-key": stream})
        assert answer.status_code == 202, answer.text
        path = f"/v1/push/{stream}/{answer.json()['id']}"
        wait_until(lambda: self.desk.get(path)["state"] in {"done", "failed"})
        assert self.desk.get(path)["rows_loaded"] == len(records), self.desk.get(path)

    def state(self, source: str) -> dict[str, Any]:
        """Return how the connection of a source stands."""
        found: dict[str, Any] = self.desk.get(f"/v1/connections/{self.ids[source]}")
        return found

    def settle(self, source: str) -> None:
        """Wait until nothing is read of a source any more."""
        wait_until(lambda: self.state(source)["state"] not in _ACTIVE, seconds=120)

    def sync(self, source: str) -> dict[str, Any]:
        """Sync a source by hand, and return the run."""
        told = self.desk.post(f"/v1/connections/{self.ids[source]}/sync", status=202)
        wait_until(lambda: self.desk.get(f"/v1/runs/{told['run']}")["finished_at"] is not None)
        self.settle(source)
        found: dict[str, Any] = self.desk.get(f"/v1/runs/{told['run']}")
        return found

    def answer(self, body: object) -> dict[str, Any]:
        """Ask for data as a report does."""
        with self.desk.client(self.desk.reading_key) as client:
            answer = client.post("/v1/looker/data", json=body)
        assert answer.status_code == 200, f"{answer.text} to {body}"
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, dataset: str, *fields: str, first: str = "2025-11-01", last: str = "2026-12-31") -> list[list[Any]]:
        """Return the rows of a dataset, over all that the fakes tell if no days are named."""
        body = {
            "configParams": {"dataset": dataset, "client": "acme"},
            "dateRange": {"startDate": first, "endDate": last},
            "fields": [{"name": name} for name in fields],
        }
        return [row["values"] for row in self.answer(body)["rows"]]


@contextmanager
def linked_sources(folder: Path) -> Iterator[LinkedSources]:
    """Give a server to which four sources are linked by the API, as scripts do it."""
    (google,) = by_vendor([_Analytics])
    (analytics,) = google.parts
    assert isinstance(analytics, _Analytics)
    with (
        pytest.MonkeyPatch.context() as environment,
        _Zendesk() as zendesk,
        FakeStripe() as stripe,
        FakeTypeform() as typeform,
        google,
        desk_at(folder) as desk,
    ):
        stripe.stores["customers"][-1]["metadata"] = {"zendesk": "3005"}  # as people note it there
        fakes: dict[str, FakeVendor] = {"zendesk": zendesk, "stripe": stripe, "typeform": typeform}
        fakes["google_analytics"] = google
        for fake in fakes.values():
            fake.now = datetime.now(UTC)  # type: ignore[misc]  # the server's clock is the real one
            for name, value in fake.environment.items():
                environment.setenv(name, value)
        desk.world.runner.start()
        linked = LinkedSources(desk, fakes, analytics.rows)
        linked.push("cost_entry", COSTS)
        goal = {"metric": "tickets_created", "grain": "month", "first": FIRST.isoformat(), "target": 30}
        desk.post("/v1/goals", {"client": "acme", **goal})
        note = {"kind": "event", "starts_on": "2026-01-10", "text": "The shop moved", "recommendation": "Tell people"}
        desk.post("/v1/annotations", {"client": "acme", **note})
        linked.link("zendesk", settings={"subdomain": "tideline", "category_field": "4402"}, credentials=_TOKEN)
        linked.link("stripe", credentials=stripe.credentials, account="acct_imagined")
        linked.link("typeform", credentials={"token": "first-token"})
        linked.link("google_analytics", credentials={"key": _key_file()}, account=PROPERTY)
        for source in linked.ids:
            linked.settle(source)
        yield linked


def _basic(token: dict[str, str]) -> str:
    return base64.b64encode(f"{token['email']}/token:{token['token']}".encode()).decode()


def _key_file() -> str:
    pem = RSAKey.generate_key(2048).as_pem(private=True).decode()
    return json.dumps({"client_email": "robot@project.example", "private_key": pem, "private_key_id": "k1"})
