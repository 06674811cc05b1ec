"""What must hold for any request: totals add up, formulas agree, coarser dates agree, the scope is everywhere."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Additivity, SemanticModel, load_model
from tests.looker_formula import evaluate
from tests.looker_simulator import chart, coarsen, read_rows, request, totals
from tests.schemas.backend import Backend

MODEL = load_model()
TICKETS = MODEL.datasets["tickets"]
ADDITIVE = [name for name in TICKETS.metrics if MODEL.metrics[name].additivity is Additivity.ADDITIVE]
FORMULAS = [name for name in TICKETS.metrics if MODEL.metrics[name].additivity is Additivity.FORMULA]
DAYS = st.sampled_from([("2024-11-01", "2025-04-30"), ("2025-01-01", "2025-01-31"), ("2024-12-28", "2025-01-07")])

relaxed = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
some_dimensions = st.lists(st.sampled_from(TICKETS.dimensions), min_size=1, max_size=3, unique=True)


def _same(own: object, other: object) -> bool:
    if own is None or other is None:
        return own is other
    return float(str(own)) == pytest.approx(float(str(other)), rel=1e-9, abs=1e-9)


@relaxed
@given(dimensions=some_dimensions, dates=DAYS)
def test_totals_by_any_dimension_add_up(dimensions: list[str], dates: tuple[str, str], backend: Backend) -> None:
    split = totals(backend.fields, backend.data(request(backend.fields, dimensions, ADDITIVE, dates=dates)), ADDITIVE)
    whole = read_rows(backend.data(request(backend.fields, [], ADDITIVE, dates=dates)))[0]
    assert all(_same(split[name], whole[name]) for name in ADDITIVE)


@relaxed
@given(dimensions=some_dimensions, dates=DAYS)
def test_looker_formula_equals_our_value(dimensions: list[str], dates: tuple[str, str], backend: Backend) -> None:
    fields = backend.fields
    body = request(fields, dimensions, FORMULAS, dates=dates)
    names = [item["name"] for item in body["fields"]] + FORMULAS
    for row in read_rows(backend.data({**body, "fields": [{"name": name} for name in names]})):
        for name in FORMULAS:
            assert _same(evaluate(fields[name].formula or "", [row]), row[name])


@relaxed
@given(dimension=st.sampled_from([name for name in TICKETS.dimensions if not name.startswith("date_")]), dates=DAYS)
def test_coarser_dates_in_the_chart_equal_our_own(dimension: str, dates: tuple[str, str], backend: Backend) -> None:
    """Day → week, month, quarter, year → total, for what adds up and for what is made of it."""
    fields, metrics = backend.fields, [*ADDITIVE, *FORMULAS]
    daily = backend.data(request(fields, ["date_day", dimension], metrics, dates=dates))
    for grain in ("week", "month", "quarter", "year"):
        asked = [f"date_{grain}", dimension]
        own = chart(fields, backend.data(request(fields, asked, metrics, dates=dates)), asked, metrics)
        coarse = chart(fields, daily, ["date_day", dimension], metrics, grains={"date_day": grain})
        assert [(row["date_day"], row[dimension]) for row in coarse] == [(row[asked[0]], row[dimension]) for row in own]
        for left, right in zip(coarse, own, strict=True):
            assert all(_same(left[name], right[name]) for name in metrics)
    total = totals(fields, daily, metrics)
    whole = totals(fields, backend.data(request(fields, [], metrics, dates=dates)), metrics)
    assert all(_same(total[name], whole[name]) for name in metrics)


@relaxed
@given(data=st.data(), dates=DAYS)
def test_rows_have_one_key_each_and_a_fixed_order(
    data: st.DataObject, dates: tuple[str, str], backend: Backend
) -> None:
    dimensions = data.draw(some_dimensions)
    metrics = data.draw(st.lists(st.sampled_from(TICKETS.metrics), max_size=4, unique=True))
    metrics = [name for name in metrics if name not in {"ticket_spike_score", "category_resolution_contribution"}]
    body = {
        "fields": [{"name": name} for name in [*dimensions, *metrics]],
        "dateRange": {"startDate": dates[0], "endDate": dates[1]},
    }
    rows = [tuple(row[name] for name in dimensions) for row in read_rows(backend.data(body))]
    assert len(set(rows)) == len(rows)
    plain = [key for key in rows if all(isinstance(part, str) for part in key)]
    assert plain == sorted(plain)


def test_day_to_week_is_iso() -> None:
    assert coarsen("20250105", "week") == coarsen("20241230", "week") == "202501"


@pytest.mark.parametrize("metric", TICKETS.metrics)
def test_the_scope_is_in_every_branch(metric: str, backend: Backend) -> None:
    """As many scope filters as times the table is read, whatever is asked."""
    fields = ["date_day", "category", metric, "tickets_created"]
    compiled = backend.compile({"fields": [{"name": name} for name in dict.fromkeys(fields)]})
    reads = compiled.sql.count('FROM "normalised"."ticket"')
    scopes = re.findall(r'WHERE list_contains\(\[\$\d+, \$\d+\], "client_account_id"\) AND "is_listed"', compiled.sql)
    assert reads == len(scopes) >= 1
    assert compiled.parameters.count("acme") == compiled.parameters.count("beta") == reads


def test_other_client_accounts_change_nothing(model: SemanticModel, backend: Backend) -> None:
    """The proof by rows: what is asked for one client account is what plain SQL says of its rows alone."""
    alone = Backend(model, backend.connection, scope=("acme",))
    [row] = read_rows(alone.data({"fields": [{"name": "tickets_created"}, {"name": "frt_median_seconds"}]}))
    count, median = backend.sql("select count(*), median(frt_seconds) from reported where client_account_id = 'acme'")[
        0
    ]
    assert row["tickets_created"] == count
    assert _same(row["frt_median_seconds"], median)
