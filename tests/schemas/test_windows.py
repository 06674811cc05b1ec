"""Values over the days that end with a period: the last ninety, or all since the beginning; and means over months."""

from datetime import date
from pathlib import Path

import pytest

from schemas import CatalogError, IncompatibleFieldsError, SemanticModel, UnsupportedFilterError
from tests.schemas.asking import ask, backend_of, extended
from tests.schemas.backend import Backend
from tests.schemas.world import Row


def answer(day: str, nps_class: str, channel: str | None = "mail", **more: str | bool) -> Row:
    return {"responded_on": day, "kind": "nps", "nps_class": nps_class, "survey_channel": channel, **more}


ANSWERS = [
    answer("2024-12-31", "promoter"),  # the 90 days of 30 March begin on this day
    answer("2025-01-15", "detractor", None),
    answer("2025-02-10", "promoter"),
    answer("2025-02-10", "passive", "link"),
    answer("2025-03-30", "promoter", "link"),
    answer("2025-04-20", "detractor"),
    {**answer("2025-02-10", "detractor"), "is_answer": False},
    {**answer("2025-02-10", "detractor"), "client_account_id": "elsewhere"},
]


@pytest.fixture(scope="module")
def surveys(model: SemanticModel) -> Backend:
    return backend_of(model, "surveys", {"survey_response": ANSWERS})


def test_the_window_ends_with_the_period(surveys: Backend) -> None:
    assert ask(surveys, "nps_score nps_score_90d", ("2025-03-30", "2025-03-30")) == [(100.0, pytest.approx(40.0))]
    assert ask(surveys, "nps_score nps_score_90d", ("2025-03-31", "2025-03-31")) == [(None, pytest.approx(25.0))]


def test_months_reach_back_before_the_range(surveys: Backend) -> None:
    rows = ask(surveys, "date_month nps_responses nps_score_90d", ("2025-02-01", "2025-04-30"))
    assert rows == [("202502", 2, pytest.approx(25.0)), ("202503", 1, pytest.approx(25.0)), ("202504", 1, 25.0)]


def test_groups_of_the_window_alone_are_there_too(surveys: Backend) -> None:
    rows = ask(surveys, "survey_channel nps_responses nps_score_90d", ("2025-03-30", "2025-03-31"))
    assert rows == [("link", 1, 50.0), ("mail", 0, 100.0), (None, 0, -100.0)]


def test_days_against_hand_written_sql(surveys: Backend) -> None:
    by_hand = surveys.sql(
        "select strftime(d, '%Y%m%d'), "
        "100 * avg(case nps_class when 'promoter' then 1 when 'detractor' then -1 else 0 end) "
        "from range(date '2025-01-01', date '2025-05-01', interval 1 day) t(d) join normalised.survey_response "
        "on responded_on <= d and responded_on > d - interval 90 day "
        "where client_account_id = 'acme' and is_answer group by d order by 1"
    )
    assert len(by_hand) == 120
    rows = ask(surveys, "date_day nps_score_90d", ("2025-01-01", "2025-04-30"))
    assert rows == [(day, pytest.approx(score)) for day, score in by_hand]


def test_a_filter_on_days_moves_the_end_of_the_window_and_not_its_beginning(surveys: Backend) -> None:
    march = [("date_month", "EQUALS", ["202503"])]
    assert ask(surveys, "nps_score_90d", ("2025-01-01", "2025-04-30"), only=march) == [(pytest.approx(25.0),)]


def test_a_period_under_way_ends_today(surveys: Backend) -> None:
    now = Backend(surveys.model, surveys.connection, dataset="surveys", today=date(2025, 3, 1))
    assert ask(now, "nps_score_90d", ("2025-01-01", "2025-12-31")) == [(25.0,)]


def test_a_date_or_something_else_is_refused(surveys: Backend) -> None:
    body = {
        "fields": [{"name": "nps_score_90d"}],
        "dimensionsFilters": [
            [
                {"fieldName": "survey_channel", "type": "INCLUDE", "operator": "EQUALS", "values": ["mail"]},
                {"fieldName": "date_month", "type": "INCLUDE", "operator": "EQUALS", "values": ["202503"]},
            ]
        ],
    }
    with pytest.raises(UnsupportedFilterError, match=r"90 days.*OR a date"):
        surveys.data(body)


def test_weekdays_are_refused(surveys: Backend) -> None:
    with pytest.raises(IncompatibleFieldsError, match=r"90 days is a value of whole days.*'Weekday'"):
        ask(surveys, "day_of_week nps_score_90d")


RUNNING = """
deals_so_far: {label: Deals so far, description: x, cumulative: {of: deals_created}}
deals_ever: {label: Deals ever, description: x, cumulative: {of: deals_created, since: ever}}
value_so_far: {label: Value so far, description: x, type: CURRENCY, cumulative: {of: created_value}}
created_value: {label: Value, description: x, type: CURRENCY, entity: deal, sum: amount}
"""
TOGETHER = """
running:
  {label: R, description: x, entities: [deal], metrics: [deals_created, deals_so_far, deals_ever, value_so_far]}
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Backend:
    model = extended(tmp_path_factory.mktemp("catalogue"), metrics=RUNNING, datasets=TOGETHER)
    deals: list[Row] = [
        {"created_on": day, "pipeline": pipeline, "amount": 150}
        for day, pipeline in [
            ("2024-11-30", "a"),
            ("2025-01-10", "a"),
            ("2025-01-20", None),
            ("2025-03-05", "a"),
            ("2025-03-06", "a"),
        ]
    ]
    return backend_of(model, "running", {"deal": deals})


def test_running_totals_go_on_through_quiet_months(running: Backend) -> None:
    rows = ask(running, "date_month deals_created deals_so_far deals_ever value_so_far", ("2025-01-01", "2025-04-30"))
    expected = [("202501", 2, 2, 3, 3.0), ("202502", 0, 2, 3, 3.0), ("202503", 2, 4, 5, 6.0), ("202504", 0, 4, 5, 6.0)]
    assert rows == expected
    assert ask(running, "pipeline deals_so_far deals_ever", ("2025-01-01", "2025-04-30")) == [("a", 3, 4), (None, 1, 1)]


def test_only_what_can_be_added_up_has_a_window(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="'active_users' cannot be put together from days"):
        extended(tmp_path, metrics="w: {label: W, description: x, trailing: {of: active_users, days: 7}}")


def span(account: str, first: str, end: str | None, segment: str | None) -> Row:
    return {"account_id": account, "started_on": first, "ended_on": end, "segment": segment}


def test_the_mean_over_months(model: SemanticModel) -> None:
    """Churn of 1 in 4 and of 1 in 3; February has nobody to lose in the segment that is unknown."""
    spans = [
        span("A", "2024-01-01", None, "x"),
        span("B", "2024-01-01", "2025-02-10", "x"),
        span("C", "2024-01-01", None, "x"),
        span("D", "2024-01-01", "2025-01-10", None),
    ]
    backend = backend_of(model, "unit_econ", {"account_span": spans})
    dates = ("2025-01-01", "2025-02-28")
    [(rate,)] = ask(backend, "logo_churn_rate_monthly", dates)
    assert rate == pytest.approx((1 / 4 + 1 / 3) / 2)
    assert ask(backend, "segment logo_churn_rate_monthly", dates) == [("x", pytest.approx(1 / 6)), (None, 1.0)]
    quarters = ask(backend, "date_quarter logo_churn_rate_monthly", ("2025-01-01", "2025-06-30"))
    assert quarters == [("20251", pytest.approx((1 / 4 + 1 / 3 + 0) / 3)), ("20252", 0.0)]
    months = ask(backend, "date_month logo_churn_rate_monthly", dates)
    assert months == [("202501", 0.25), ("202502", pytest.approx(1 / 3))]
    with pytest.raises(IncompatibleFieldsError, match=r"mean over months.*'Week'.*Month"):
        ask(backend, "date_week logo_churn_rate_monthly", dates)
