"""The small kinds: distinct counts, sole values, ages, lengths of periods, roots, lifts, labels and repeated parts."""

from datetime import date, datetime
from pathlib import Path

import pytest

from schemas import (
    CatalogError,
    IncompatibleFieldsError,
    Money,
    RepeatedBranch,
    SemanticModel,
    UnsupportedFilterError,
    plan_query,
)
from tests.looker_simulator import chart, request
from tests.schemas.asking import ask, backend_of, extended
from tests.schemas.backend import Backend
from tests.schemas.world import Row, build_tables

JANUARY = ("2025-01-01", "2025-01-31")
NOON = datetime(2025, 1, 31, 12)  # noqa: DTZ001 - UTC by definition


def answers(promoters: int, detractors: int, count: int, **more: str) -> list[Row]:
    classes = ["promoter"] * promoters + ["detractor"] * detractors
    classes += ["passive"] * (count - len(classes))
    return [{"responded_on": "2025-01-10", "kind": "nps", "nps_class": name, **more} for name in classes]


def test_the_margin_of_error_of_a_score(model: SemanticModel) -> None:
    backend = backend_of(model, "surveys", {"survey_response": answers(60, 20, 100)})
    [(score, margin)] = ask(backend, "nps_score nps_margin_of_error")
    assert (score, round(margin, 2)) == (40.0, 15.68)
    assert ask(backend, "nps_score nps_margin_of_error", ("2024-01-01", "2024-01-31")) == [(None, None)]


def test_all_alike_have_no_margin(model: SemanticModel) -> None:
    backend = backend_of(model, "surveys", {"survey_response": answers(3, 0, 3)})
    assert ask(backend, "nps_margin_of_error") == [(0.0,)]


def test_bands_have_no_gaps(model: SemanticModel) -> None:
    groups = {
        "49.6": answers(124, 0, 250),
        "50": answers(1, 0, 2),
        "75": answers(3, 0, 4),
        "0": answers(1, 1, 2),
        "-0.4": answers(124, 125, 250),
        "74.8": answers(187, 0, 250),
    }
    rows = [{**row, "survey": name} for name, group in groups.items() for row in group]
    backend = backend_of(
        model, "surveys", {"survey_response": [*rows, {"responded_on": "2025-01-10", "survey": "none"}]}
    )
    assert dict(ask(backend, "survey nps_band")) == {
        "49.6": "reasonable",
        "50": "very good",
        "75": "excellent",
        "0": "reasonable",
        "-0.4": "needs work",
        "74.8": "very good",
        "none": None,
    }
    assert ask(backend, "nps_band nps_responses nps_score")[0][0] == "reasonable"


def test_a_label_groups_nothing_and_is_filtered_by_looker_studio(model: SemanticModel) -> None:
    rows = [*answers(3, 0, 4, survey="a"), *answers(0, 2, 4, survey="b")]
    backend = backend_of(model, "surveys", {"survey_response": rows})
    good = [[{"fieldName": "nps_band", "type": "INCLUDE", "operator": "EQUALS", "values": ["excellent"]}]]
    body = request(backend.fields, ["survey"], ["nps_responses"], filters=good)
    data = backend.data(body)
    assert not data["filtersApplied"]
    drawn = chart(backend.fields, data, ["survey"], ["nps_responses"], filters=good)
    assert [(row["survey"], row["nps_responses"]) for row in drawn] == [("a", 4)]
    with pytest.raises(UnsupportedFilterError, match="Respondents cannot be filtered afterwards"):
        ask(backend, "survey nps_band unique_respondents", only=[("nps_band", "EQUALS", ["excellent"])])


def test_distinct_counts_know_their_conditions_and_no_null(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"occurred_on": "2025-01-02", "contact_id": "1", "is_use": True, "feature": "x"},
        {"occurred_on": "2025-01-03", "contact_id": "1", "is_use": True, "feature": None},
        {"occurred_on": "2025-01-03", "contact_id": "2", "is_use": False, "feature": "x"},
        {"occurred_on": "2025-01-03", "contact_id": None, "is_use": True, "feature": "x"},
        {"occurred_on": "2025-01-03", "contact_id": "3", "is_use": None, "feature": "y"},
    ]
    backend = backend_of(model, "activity", {"activity": rows})
    assert ask(backend, "active_users") == [(1,)]
    assert ask(backend, "feature active_users") == [("x", 1), ("y", 0), (None, 1)]
    assert ask(backend, "active_users activities active_accounts", ("2024-01-01", "2024-01-31")) == [(0, 0, None)]


def test_a_sole_value_is_nobody_s_sum(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"visited_on": "2025-01-01", "users": 7, "country": "GR"},
        {"visited_on": "2025-01-02", "users": 9, "country": "DE"},
        {"visited_on": "2025-01-03", "users": 9, "country": "DE"},
    ]
    backend = backend_of(model, "web", {"web_session_day": rows})
    assert ask(backend, "country users") == [("DE", None), ("GR", 7)]
    assert ask(backend, "users") == [(None,)]


def test_what_is_alike_is_added_up(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"forecast_on": f"2025-01-0{day}", "metric_id": metric, "scenario": "base", "forecast_value": 1.5 * day}
        for metric in ("tickets_created", "sessions")
        for day in (1, 2)
    ]
    backend = backend_of(model, "forecast", {"forecast_point": rows})
    assert ask(backend, "metric_id forecast_value") == [("sessions", 4.5), ("tickets_created", 4.5)]
    assert ask(backend, "forecast_value") == [(None,)]
    assert ask(backend, "date_day forecast_value", only=[("metric_id", "EQUALS", ["sessions"])])[0] == ("20250101", 1.5)


def test_of_a_stock_the_last_day_counts_in_the_base_case(model: SemanticModel) -> None:
    def point(day: int, value: float, **more: str) -> Row:
        shared: Row = {"forecast_on": f"2025-01-0{day}", "stock_on": f"2025-01-0{day}", "metric_id": "mrr"}
        return {**shared, "scenario": "base", "value_currency": "EUR", "forecast_value": value, **more}

    saved = {"scenario": "churn_minus_1pt"}
    rows: list[Row] = [
        point(1, 100),
        point(2, 110),
        point(2, 111, **saved),
        point(3, 112, **saved),
        # Another client account whose last day is an earlier one.
        point(1, 7, client_account_id="beta"),
        {"forecast_on": "2025-01-01", "metric_id": "leads", "scenario": "base", "forecast_value": 2},
        {"forecast_on": "2025-01-02", "metric_id": "leads", "scenario": "base", "forecast_value": 3},
    ]
    backend = backend_of(model, "forecast", {"forecast_point": rows})
    mrr = [("metric_id", "EQUALS", ["mrr"])]
    assert ask(backend, "metric_id forecast_value") == [("leads", 5.0), ("mrr", 117.0)]
    assert ask(backend, "scenario forecast_value", only=mrr) == [("base", 117.0), ("churn_minus_1pt", 112.0)]
    assert ask(backend, "forecast_value", only=[*mrr, ("scenario", "EQUALS", ["churn_minus_1pt"])]) == [(112.0,)]
    assert ask(backend, "date_day forecast_value", JANUARY, only=mrr)[:2] == [("20250101", 107.0), ("20250102", 110.0)]
    dollars = point(2, 5, client_account_id="beta", value_currency="USD")
    rows = [{**row, "forecast_value_base": 2 * float(str(row["forecast_value"]))} for row in [*rows, dollars]]
    mixed = backend_of(model, "forecast", {"forecast_point": rows})
    assert ask(mixed, "metric_id forecast_value") == [("leads", 5.0), ("mrr", None)]
    in_base = Backend(model, build_tables(model, {"forecast_point": rows}), Money("EUR", base=True), dataset="forecast")
    assert ask(in_base, "metric_id forecast_value") == [("leads", 10.0), ("mrr", 230.0)]


def test_ages_end_now_and_days_begin_when_they_are_over(model: SemanticModel) -> None:
    def run(connection: str, through: str | None, promised: float | None, **more: bool) -> Row:
        usual: Row = {"synced_on": "2025-01-31", "connection": connection, "data_through": through, "is_latest": True}
        return {**usual, "promised_lag_hours": promised, **more}

    rows = [
        run("a", "2025-01-30", 24.0),
        run("a", "2025-01-29", 24.0),
        run("a", "2024-01-01", 24.0, is_latest=False),
        run("b", "2025-01-31", 1.0),  # the day is not over: nothing is late
        run("c", None, 1.0),
    ]
    backend = backend_of(model, "freshness", {"sync_run": rows})
    backend.now = NOON
    assert ask(backend, "connection lag_hours sources_stale_count") == [("a", 36.0, 1), ("b", 0.0, 0), ("c", None, 0)]
    assert ask(backend, "data_through last_sync_at") == [("20250129", None)]
    assert ask(Backend(model, backend.connection, dataset="freshness"), "lag_hours") == [(None,)]


def test_days_that_something_was_open(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"opened_on": "2025-01-01", "closed_on": "2025-01-11", "rule_id": "closed"},
        {"opened_on": "2025-01-29", "closed_on": None, "rule_id": "open"},
    ]
    backend = backend_of(model, "insights", {"insight": rows})
    backend.now = NOON
    assert ask(backend, "insight_rule insight_age_days") == [("closed", 10.0), ("open", 1.5)]
    assert ask(backend, "insight_age_days") == [(None,)]


def test_the_length_of_a_period_is_clipped(model: SemanticModel) -> None:
    invoices: list[Row] = [
        {"issued_on": day, "kind": "invoice", "total": 3_100} for day in ("2025-01-20", "2025-02-20", "2025-03-20")
    ]
    backend = backend_of(model, "revenue", {"invoice": invoices}, today="2025-03-25")
    edges = ("2025-01-16", "2025-03-31")
    backend.connection.execute(
        "insert into normalised.invoice_balance_day by name (select 'acme' as client_account_id, true as is_listed, "
        "d::date as snapshot_on, 3100 as amount_due "
        "from range(date '2025-01-16', date '2025-04-01', interval 1 day) t(d))"
    )
    assert ask(backend, "date_month dso_days", edges) == [("202501", 16.0), ("202502", 28.0), ("202503", 25.0)]
    assert ask(backend, "dso_days", edges) == [(pytest.approx((16 + 28 + 25) / 3),)]
    weeks = ask(backend, "date_month date_week dso_days", ("2025-01-20", "2025-02-20"))
    assert [row for row in weeks if row[2] is not None] == [("202501", "202504", 7.0), ("202502", "202508", 4.0)]
    assert ask(backend, "dso_days") == [(None,)]


def test_a_lift_compares_with_all_of_the_request(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"snapshot_on": "2025-01-31", "is_month_end": True, "health_band": band, "churned_within_90d": churned}
        for band, churned, times in [("red", True, 3), ("red", False, 1), ("green", True, 1), ("green", False, 11)]
        for _ in range(times)
    ]
    backend = backend_of(model, "health", {"health_snapshot": rows})
    lifts = dict(ask(backend, "health_band health_churn_90d_lift"))
    assert lifts == {"red": pytest.approx(0.75 / 0.25), "green": pytest.approx((1 / 12) / 0.25)}


def test_revenue_for_each_account_and_month(model: SemanticModel) -> None:
    def days(accounts: int, first: int) -> list[Row]:
        return [
            {"active_on": f"2025-01-{day:02}", "account_id": f"{first}/{number}", "month_share": 1 / 31}
            for day in range(first, 32)
            for number in range(accounts)
        ]

    invoices: list[Row] = [{"issued_on": "2025-01-05", "kind": "invoice", "subtotal": 1_000_000, "discount": 0}]
    backend = backend_of(model, "unit_econ", {"account_day": days(100, 1), "invoice": invoices})
    [row] = ask(backend, "account_months arpa_monthly arpa_annual", JANUARY)
    assert row == pytest.approx((100.0, 100.0, 1200.0))
    more = backend_of(model, "unit_econ", {"account_day": [*days(100, 1), *days(20, 17)], "invoice": invoices})
    [(months, arpa)] = ask(more, "account_months arpa_monthly", JANUARY)
    assert (round(months, 2), round(arpa, 2)) == (109.68, 91.18)


def test_fractions_of_minor_units_are_money_too(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"cost_on": "2025-01-01", "cost_scope": "service", "amount": 0.5, "amount_base": 2.0},
        {"cost_on": "2025-01-02", "cost_scope": "service", "amount": 99.5, "amount_base": 2.0},
    ]
    backend = backend_of(model, "unit_econ", {"cost": rows})
    assert ask(backend, "service_cost") == [(1.0,)]
    base = Backend(model, backend.connection, Money("JPY", base=True), dataset="unit_econ")
    assert ask(base, "service_cost") == [(4.0,)]


def test_counting_amounts_counts_rows(model: SemanticModel) -> None:
    rows: list[Row] = [{"issued_on": "2025-01-01", "kind": "invoice", "total": total} for total in (100, None, 300)]
    backend = backend_of(model, "revenue", {"invoice": rows})
    assert ask(backend, "invoices_valued avg_invoice_value") == [(2, 2.0)]


def ticket(channel: str | None, client: str = "acme") -> Row:
    return {"created_date": "2025-01-10", "channel": channel, "client_account_id": client}


@pytest.fixture(scope="module")
def overview(model: SemanticModel) -> Backend:
    spans: list[Row] = [
        {"account_id": f"{client}{number}", "started_on": "2024-01-01", "client_account_id": client}
        for client, count in (("acme", 4), ("beta", 2))
        for number in range(count)
    ]
    tickets = [ticket("mail"), ticket("mail"), ticket(None), ticket("mail", "beta")]
    agents: list[Row] = [{"active_from": "2024-01-01", "is_service_agent": True, "team": "one"}]
    return backend_of(model, "overview", {"ticket": tickets, "account_span": spans, "user_agent": agents})


def test_a_denominator_is_repeated_for_what_does_not_split_it(overview: Backend) -> None:
    rows = ask(overview, "client_account_id channel volume_per_100_accounts tickets_created", JANUARY)
    assert rows == [("acme", "mail", 50.0, 2), ("acme", None, 25.0, 1), ("beta", "mail", 50.0, 1)]
    assert ask(overview, "channel volume_per_100_accounts", JANUARY) == [("mail", 50.0), (None, pytest.approx(100 / 6))]
    assert ask(overview, "date_month channel tickets_per_agent", JANUARY) == [
        ("202501", "mail", 3.0),
        ("202501", None, 1.0),
    ]


def test_a_filter_that_does_not_split_the_denominator_leaves_it_whole(overview: Backend) -> None:
    mail = [("channel", "EQUALS", ["mail"])]
    assert ask(overview, "volume_per_100_accounts tickets_created", JANUARY, only=mail) == [(50.0, 3)]
    assert ask(overview, "volume_per_100_accounts", JANUARY) == [(pytest.approx(400 / 6),)]


def test_what_both_have_splits_both(overview: Backend) -> None:
    fields = [{"name": name} for name in ("client_account_id", "volume_per_100_accounts")]
    plan = plan_query(overview.model, overview.query({"fields": fields}))
    assert not any(isinstance(branch, RepeatedBranch) for branch in plan.branches)
    assert ask(overview, "client_account_id volume_per_100_accounts", JANUARY) == [("acme", 75.0), ("beta", 50.0)]


def test_what_would_mislead_is_refused(overview: Backend) -> None:
    with pytest.raises(IncompatibleFieldsError, match="Tickets per agent cannot be split or filtered by 'Agent'"):
        ask(overview, "agent tickets_per_agent", JANUARY)
    with pytest.raises(IncompatibleFieldsError, match="Accounts at start cannot be split or filtered by 'Channel'"):
        ask(overview, "channel volume_per_100_accounts accounts_start", JANUARY)


def test_a_root_cannot_be_hidden_in_a_formula(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="which is a root"):
        extended(tmp_path, metrics="twice: {label: T, description: x, formula: 2 * nps_margin_of_error}")


def test_a_length_alone_needs_no_rows(tmp_path: Path) -> None:
    dataset = "alone: {label: Alone, description: x, entities: [invoice], metrics: [period_days]}"
    backend = backend_of(extended(tmp_path, datasets=dataset), "alone", {}, today=None)
    assert ask(backend, "period_days", JANUARY) == [(31.0,)]
    assert ask(backend, "period_days") == [(None,)]


def test_a_period_in_the_future_has_no_length(tmp_path: Path) -> None:
    dataset = "alone: {label: Alone, description: x, entities: [invoice], metrics: [period_days]}"
    backend = backend_of(extended(tmp_path, datasets=dataset), "alone", {})
    backend.today = date(2024, 1, 1)
    assert ask(backend, "period_days", JANUARY) == [(None,)]
