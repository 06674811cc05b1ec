"""Currency, time zone and calendar of an answer: what a data source may choose, and what settings change at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.jobs.records import JobKind
from api.jobs.settings_work import settings_arguments
from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, open_world
from tests.api.asking import ask, body_of, condition, post, refused
from tests.api.serving import Served, load, serving
from tests.warehouse.rate_texts import rates_csv

MAPPING = """
entity: ticket
key: id
timezone: UTC
columns:
  {source_id: id, created_at: created, solved_at: created, handle_cost_original: cost, currency_original: currency}
"""
TICKETS = "id,created,cost,currency\n1,2025-01-04T12:00:00Z,10.00,EUR\n2,2025-01-05T12:00:00Z,10.00,GBP\n"


def change(world: World, **workspace: object) -> None:
    found = find_or_create_workspace(world.metadata, "main")
    _finish(world, JobKind.SETTINGS, settings_arguments(workspace=workspace), found.slug)


def change_client(world: World, slug: str, **values: object) -> None:
    _finish(world, JobKind.SETTINGS, settings_arguments(client=slug, client_values=values), "main")


def _finish(world: World, kind: JobKind, arguments: dict[str, object], slug: str) -> None:
    workspace = find_or_create_workspace(world.metadata, slug)
    job = world.runner.run_now(world.runner.enqueue(workspace, kind, arguments))
    assert job.error is None, job.error


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a workspace in dollars with one client in euros and one in pounds."""
    folder = tmp_path_factory.mktemp("agency")
    settings = Settings(data_dir=folder / "data", log_level="warning", rate_burst=10_000, rate_per_second=10_000)
    (folder / "map.yaml").write_text(MAPPING)
    file = folder / "tickets.csv"
    file.write_text(TICKETS)
    rates = folder / "rates.csv"
    listed = [(day, "EUR", *pair) for day in ("2025-01-04", "2025-01-05") for pair in (("USD", 1.25), ("GBP", 0.8))]
    rates.write_text(rates_csv(*listed))
    with open_world(settings) as world:
        for client in ("Euro", "Pound"):
            load(world, "main", client, file, folder / "map.yaml")
        _finish(world, JobKind.RATES, {"path": str(rates), "provider": None}, "main")
        change(world, currency="USD")
        change_client(world, "pound", report_currency="GBP")
        workspace = find_or_create_workspace(world.metadata, "main")
        keys = [create_key(world.metadata, workspace, name).secret for name in ("a", "b", "c")]
        with serving(world) as address:
            yield Served(address, settings, world, {}, *keys)


def request(*fields: str, **params: Any) -> dict[str, Any]:
    client = params.pop("client", None)
    body = body_of(*fields, client=client)
    body["configParams"].update(params)
    return body


def currency(agency: Served, **params: Any) -> str:
    answer = post(agency, "schema", {"configParams": {"dataset": "tickets", **params}})
    assert answer.status_code == 200, answer.text
    fields = {field["name"]: field for field in answer.json()["schema"]}
    kind: str = fields["handle_cost"]["semantics"]["semanticType"]
    return kind


@pytest.mark.parametrize(
    ("params", "kind", "amount"),
    [
        ({"client": "euro"}, "CURRENCY_EUR", 10.0 + 12.5),
        ({"client": "pound"}, "CURRENCY_GBP", 8.0 + 10.0),
        ({}, "CURRENCY_USD", 2 * (12.5 + 15.63)),
        ({"client": "euro", "report_currency": "usd"}, "CURRENCY_USD", 12.5 + 15.63),
        ({"client": "euro", "report_currency": "EUR"}, "CURRENCY_EUR", 22.5),
        ({"report_currency": "USD"}, "CURRENCY_USD", 56.26),
        ({"report_currency": ""}, "CURRENCY_USD", 56.26),
    ],
)
def test_money_comes_in_one_currency(agency: Served, params: dict[str, Any], kind: str, amount: float) -> None:
    assert currency(agency, **params) == kind
    assert ask(agency, request("handle_cost", **params)).single() == [pytest.approx(amount)]


@pytest.mark.parametrize(
    ("params", "there"),
    [
        ({"client": "euro", "report_currency": "GBP"}, "kept in EUR or USD, not in GBP"),
        ({"report_currency": "EUR"}, "kept in USD, not in EUR"),
        ({"client": "euro", "report_currency": "EUR,USD"}, "not in EUR, USD"),
    ],
)
def test_another_currency_is_refused_with_advice(agency: Served, params: dict[str, Any], there: str) -> None:
    error = refused(agency, request("handle_cost", **params), 400, "mixed_currency")
    assert there in error["message"]
    assert post(agency, "schema", {"configParams": {"dataset": "tickets", **params}}).status_code == 400


def test_another_time_zone_is_refused_with_advice(agency: Served) -> None:
    assert ask(agency, request("tickets_created", time_zone="UTC")).single() == [4]
    error = refused(agency, request("tickets_created", time_zone="Europe/Athens"), 400, "unsupported_choice")
    assert "days of these numbers are those of UTC, not of Europe/Athens" in error["message"]


def test_weeks_and_financial_years_follow_the_settings_at_once(agency: Served) -> None:
    weeks, periods = request("date_week", "tickets_created"), request("fiscal_period", "tickets_created")
    only = {**periods, "dimensionsFilters": [[condition("fiscal_period", "EQUALS", "FY2025-M07")]]}
    try:
        assert ask(agency, weeks).by_first() == {"202501": 4}
        assert ask(agency, periods).by_first() == {"FY2025-M01": 4}
        assert ask(agency, only).values == []
        change(agency.world, week_start="sunday", fiscal_year_start_month=7)
        agency.world.callers.by_key(agency.key)  # the caller is remembered for a moment
        assert ask(agency, weeks).by_first() == {"202501": 2, "202502": 2}
        assert ask(agency, periods).by_first() == {"FY2025-M07": 4}
        assert ask(agency, only).by_first() == {"FY2025-M07": 4}
    finally:
        change(agency.world, week_start="monday", fiscal_year_start_month=1)


def test_days_follow_the_clients_time_zone(agency: Served) -> None:
    days = request("date_day", "tickets_created", client="euro")
    assert ask(agency, days).by_first() == {"20250104": 1, "20250105": 1}
    try:
        change_client(agency.world, "euro", timezone="Pacific/Auckland")
        assert ask(agency, days).by_first() == {"20250105": 1, "20250106": 1}
    finally:
        change_client(agency.world, "euro", timezone="UTC")
