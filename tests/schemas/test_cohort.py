"""Units at the start of a period against the same units at its end: the vectors of retention and recurring revenue."""

from collections.abc import Iterator

import pytest

from schemas import CohortBranch, IncompatibleFieldsError, Money, SemanticModel, plan_query
from tests.schemas.asking import ask, backend_of
from tests.schemas.backend import Backend
from tests.schemas.world import Row

JANUARY = ("2025-01-01", "2025-01-31")
OLD = "2024-01-01"


def span(account: str, first: str, end: str | None = None, kind: str = "new") -> Row:
    return {"account_id": account, "started_on": first, "ended_on": end, "start_kind": kind, "acquired_on": first}


def many(prefix: str, count: int, first: str, end: str | None = None) -> Iterator[Row]:
    return (span(f"{prefix}{number}", first, end) for number in range(count))


def test_who_comes_and_leaves_does_not_count(model: SemanticModel) -> None:
    """100 at the start, 25 of them leave, 15 join, 5 of those leave: kept 75, but (E - N) ÷ S says 70."""
    spans = [
        *many("stays", 75, OLD),
        *many("leaves", 25, OLD, "2025-01-20"),
        *many("joins", 10, "2025-01-10"),
        *many("tries", 5, "2025-01-10", "2025-01-25"),
    ]
    backend = backend_of(model, "accounts_period", {"account_span": spans})
    names = (
        "accounts_start accounts_end accounts_retained accounts_lost_cohort "
        "crr crr_simple logo_churn_rate logo_churn_rate_all"
    )
    assert ask(backend, names, JANUARY) == [(100, 85, 75, 25, 0.75, 0.70, 0.25, 0.30)]
    assert ask(backend, f"date_month {names}", JANUARY) == [("202501", 100, 85, 75, 25, 0.75, 0.70, 0.25, 0.30)]
    by_day = ask(backend, "date_day accounts_lost_cohort", JANUARY)
    assert [(day, lost) for day, lost in by_day if lost] == [("20250120", 25), ("20250125", 5)]


def test_who_leaves_and_returns_is_kept(model: SemanticModel) -> None:
    spans = [
        *many("stays", 99, OLD),
        span("back", OLD, "2025-01-10"),
        span("back", "2025-01-20", kind="reactivated"),
        span("lost", "2023-01-01", "2024-03-01"),
        span("lost", "2025-01-15", kind="reactivated"),
        *many("new", 3, "2025-01-05"),
    ]
    backend = backend_of(model, "accounts_period", {"account_span": spans})
    names = (
        "accounts_start accounts_new accounts_reactivated accounts_lost_all accounts_end accounts_retained crr "
        "logo_churn_rate logo_churn_rate_all crr_simple net_new_accounts"
    )
    assert ask(backend, names, JANUARY) == [(100, 3, 2, 1, 104, 100, 1.0, 0.0, 0.01, 0.99, 4)]


def paid(account: str, first: str, end: str | None, euros: float, **more: str | float) -> Row:
    cents = round(euros * 100)
    row: Row = {"account_id": account, "valid_from": first, "valid_to": end, "mrr": cents, "mrr_original": cents}
    return {**row, "currency_original": "EUR", "plan": "basic", **more}


REVENUE = [
    paid("A", OLD, "2025-01-10", 100),
    paid("A", "2025-01-10", "2025-02-05", 150),
    paid("A", "2025-02-05", None, 90),
    paid("B", OLD, "2025-01-20", 200),
    paid("B", "2025-01-20", None, 120),
    paid("C", OLD, "2025-01-31", 300),
    paid("D", "2025-01-15", "2025-02-20", 80),
    paid("F", "2023-01-01", "2024-01-01", 70),
    paid("F", "2025-01-12", None, 50),
]
MOVEMENTS: list[Row] = [
    {"month_start": "2025-01-01", "account_id": "A", "expansion_amount": 5_000},
    {"month_start": "2025-01-01", "account_id": "B", "contraction_amount": 8_000},
    {"month_start": "2025-01-01", "account_id": "C", "churn_amount": 30_000},
    {"month_start": "2025-01-01", "account_id": "D", "new_amount": 8_000},
    {"month_start": "2025-01-01", "account_id": "F", "reactivation_amount": 5_000},
    {"month_start": "2025-02-01", "account_id": "A", "contraction_amount": 6_000},
    {"month_start": "2025-02-01", "account_id": "D", "churn_amount": 8_000},
]


@pytest.fixture(scope="module")
def revenue(model: SemanticModel) -> Backend:
    return backend_of(model, "mrr", {"subscription": REVENUE, "mrr_movement": MOVEMENTS})


def test_revenue_retention_of_a_month(revenue: Backend) -> None:
    names = "nrr grr gross_revenue_churn_rate quick_ratio mrr mrr_growth_rate mrr_start net_new_mrr"
    [row] = ask(revenue, names, JANUARY)
    assert row == pytest.approx((0.45, 0.36667, 0.63333, 130 / 380, 400.0, -1 / 3, 600.0, -200.0), abs=1e-4)


def test_revenue_retention_of_two_months_is_not_the_sum_of_movements(revenue: Backend) -> None:
    [row] = ask(revenue, "nrr grr mrr", ("2025-01-01", "2025-02-28"))
    assert row == pytest.approx((0.35, 0.35, 260.0))
    by_month = ask(revenue, "date_month nrr mrr_cohort_kept", ("2025-01-01", "2025-02-28"))
    assert by_month == [("202501", 0.45, 220.0), ("202502", pytest.approx(260 / 400), 260.0)]


def test_movements_are_known_by_month_only(revenue: Backend) -> None:
    with pytest.raises(IncompatibleFieldsError, match=r"New MRR is known by month.*'Date'.*Month"):
        ask(revenue, "date_day new_mrr")
    with pytest.raises(IncompatibleFieldsError, match="'Week'"):
        ask(revenue, "net_new_mrr", only=[("date_week", "EQUALS", ["202501"])])


def test_the_end_is_valued_at_the_rate_of_the_start(model: SemanticModel) -> None:
    """A pays 100 USD throughout: only the rate moves. B changes from USD to EUR, for which there is no start rate."""
    dollars: dict[str, str | float] = {"currency_original": "USD", "mrr_original": 10_000}
    rows = [
        paid("A", OLD, "2025-01-15", 90, **dollars),
        paid("A", "2025-01-15", None, 80, **dollars),
        paid("B", OLD, "2025-01-15", 90, **dollars),
        paid("B", "2025-01-15", None, 70),
    ]
    backend = backend_of(model, "mrr", {"subscription": rows})
    assert ask(backend, "mrr_start mrr mrr_cohort_end mrr_cohort_kept", JANUARY) == [(180.0, 150.0, 160.0, 160.0)]
    [(retention,)] = ask(backend, "nrr", JANUARY)
    assert retention == pytest.approx(160 / 180)


def test_the_workspace_s_currency_has_columns_of_its_own(model: SemanticModel) -> None:
    rows = [paid("A", OLD, "2025-01-15", 100, mrr_base=5_000), paid("A", "2025-01-15", None, 200, mrr_base=10_000)]
    backend = backend_of(model, "mrr", {"subscription": rows})
    base = Backend(model, backend.connection, Money("EUR", base=True), dataset="mrr")
    assert ask(base, "mrr_start mrr_cohort_end mrr_cohort_kept", JANUARY) == [(50.0, 100.0, 50.0)]


def test_attributes_split_units_and_null_is_one_of_them(model: SemanticModel) -> None:
    rows = [
        paid("A", OLD, None, 100, plan="pro"),
        paid("B", OLD, "2025-01-10", 50),
        {**paid("C", OLD, None, 30), "plan": None},
        {**paid("C", OLD, None, 10), "plan": None, "client_account_id": "beta"},  # another client's account C
    ]
    backend = backend_of(model, "mrr", {"subscription": rows})
    by_plan = ask(backend, "plan mrr_start mrr_cohort_end nrr", JANUARY)
    assert by_plan == [("basic", 50.0, 0.0, 0.0), ("pro", 100.0, 100.0, 1.0), (None, 40.0, 40.0, 1.0)]


def test_cohorts_by_month_of_acquisition(model: SemanticModel) -> None:
    """Four accounts of January at 100: one leaves in January, one in February, one grows to 150 in February."""
    ends = {"A": (0, 0), "B": (100, 0), "C": (100, 150), "D": (100, 100)}
    rows: list[Row] = [
        {
            "account_id": account,
            "acquired_on": "2025-01-10",
            "cohort_month": "2025-01-01",
            "months_since_start": month,
            "is_active": amount > 0,
            "mrr_first": 10_000,
            "mrr": amount * 100,
        }
        for account, amounts in ends.items()
        for month, amount in enumerate(amounts)
    ]
    backend = backend_of(model, "accounts_period", {"account_cohort_month": rows})
    names = "cohort_month months_since_start cohort_retention_rate cohort_revenue_retention_rate"
    assert ask(backend, names) == [("202501", 0.0, 0.75, 0.75), ("202501", 1.0, 0.5, 0.625)]
    with pytest.raises(IncompatibleFieldsError, match="'months_since_start'"):
        ask(backend, "cohort_month cohort_retention_rate")


def test_relationships_last_to_the_end_of_the_account_or_of_the_period(model: SemanticModel) -> None:
    spans = [
        span("A", "2024-01-31"),
        span("B", "2024-01-31", "2025-01-16"),
        span("C", "2024-01-31", "2025-01-01"),  # not seen: its last day was in December
        span("D", "2025-01-11", "2025-01-21"),
    ]
    backend = backend_of(model, "unit_econ", {"account_span": spans})
    [(accounts, months, years)] = ask(
        backend, "relationship_accounts relationship_months_sum avg_relationship_years", JANUARY
    )
    days = 366 + 351 + 10
    assert (accounts, months, years) == (3, pytest.approx(days / 30.4375), pytest.approx(days / 365.25 / 3))


def test_leaves_over_one_history_share_a_branch(revenue: Backend) -> None:
    fields = [{"name": name} for name in ("mrr_cohort_end", "mrr_cohort_kept", "nrr")]
    plan = plan_query(revenue.model, revenue.query({"fields": fields}))
    assert [len(branch.leaves) for branch in plan.branches if isinstance(branch, CohortBranch)] == [2]


def test_nobody_at_the_start(model: SemanticModel) -> None:
    """A subscription that is over leaves nothing; without any, nothing is known."""
    over: Row = {"account_id": "A", "valid_from": "2020-01-01", "valid_to": "2020-02-01", "mrr": 100}
    for rows, none in (([], None), ([over], 0.0)):
        backend = backend_of(model, "mrr", {"subscription": rows})
        assert ask(backend, "nrr grr mrr_cohort_end mrr_start mrr", JANUARY) == [(None, None, none, none, none)]
