"""Plans: which branches a question has, how its columns are ordered, and what is refused."""

from datetime import date

import pytest

from schemas import (
    AggregateBranch,
    DateRange,
    Filter,
    IncompatibleFieldsError,
    InvalidDateRangeError,
    Money,
    OutputType,
    Query,
    Scope,
    SemanticModel,
    SpikeBranch,
    UnknownFieldError,
    UnsupportedFilterError,
    compile_query,
    plan_query,
)
from tests.schemas.backend import Backend

SCOPE = Scope(frozenset({"acme", "beta"}))


def _query(dimensions: tuple[str, ...] = (), metrics: tuple[str, ...] = (), **rest: object) -> Query:
    return Query("tickets", dimensions, metrics, SCOPE, **rest)  # type: ignore[arg-type]


def test_a_plan_can_be_read(model: SemanticModel) -> None:
    query = _query(
        ("date_week",),
        ("resolution_rate",),
        dates=DateRange(date(2025, 1, 1), date(2025, 4, 1)),
        filters=((Filter("channel", "EQUALS", ("phone",), exclude=True),),),
    )
    assert str(plan_query(model, query)).splitlines() == [
        "tickets by date_week",
        "aggregate ticket: tickets_solved_cohort, tickets_created",
        "only channel excludes EQUALS",
        "from 2025-01-01 to before 2025-04-01",
        "for 2 client accounts",
    ]


def test_one_branch_is_the_plain_aggregate(model: SemanticModel) -> None:
    """Formulas, quantiles and shares need no branch of their own, so there is nothing to fold."""
    query = _query(("category",), ("resolution_rate", "frt_median_seconds", "category_share"))
    [branch] = plan_query(model, query).branches
    assert isinstance(branch, AggregateBranch)
    assert [leaf.name for leaf in branch.leaves] == ["tickets_solved_cohort", "tickets_created", "frt_median_seconds"]
    assert "UNION ALL" not in compile_query(model, query).sql


def test_a_spike_is_a_branch_beside_the_others(model: SemanticModel) -> None:
    query = _query(("date_day",), ("ticket_spike_score", "tickets_created"))
    assert [type(branch) for branch in plan_query(model, query).branches] == [AggregateBranch, SpikeBranch]
    assert 'max("stacked"."ticket_spike_score")' in compile_query(model, query).sql


def test_columns_keep_the_order_of_the_request(model: SemanticModel) -> None:
    query = _query(("channel",), ("tickets_created",), columns=("tickets_created", "channel"))
    assert [column.name for column in compile_query(model, query).columns] == ["tickets_created", "channel"]


def test_columns_default_to_dimensions_then_metrics(model: SemanticModel) -> None:
    assert plan_query(model, _query(("channel",), ("tickets_created",))).columns == ("channel", "tickets_created")


def test_filter_only_fields_come_last_if_nothing_is_applied(model: SemanticModel) -> None:
    query = _query(
        ("channel",), ("tickets_created",), filters=((Filter("city", "LIKE", ("a",)),),), filter_only=("city",)
    )
    plan = plan_query(model, query)
    assert (plan.columns, plan.filters_applied) == (("channel", "tickets_created", "city"), False)


def test_without_filters_nothing_was_applied(model: SemanticModel) -> None:
    assert plan_query(model, _query(("channel",))).filters_applied is False


@pytest.mark.parametrize(
    "query",
    [
        _query(("nothing",)),
        _query((), ("ticket_created",)),
        _query(("tickets_created",)),
        _query(("channel",), columns=("channel", "nothing")),
        _query(("channel",), filter_only=("nothing",)),
    ],
)
def test_an_unknown_field_is_refused(query: Query, model: SemanticModel) -> None:
    with pytest.raises(UnknownFieldError):
        plan_query(model, query)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (_query(), "names no field"),
        (_query(("channel",), ("category_resolution_contribution",)), "'category'"),
        (_query(("date_month",), ("ticket_spike_score",)), "'date_day'"),
        (_query(("date_day", "date_hour"), ("ticket_spike_score",)), "Date and hour"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(query: Query, words: str, model: SemanticModel) -> None:
    with pytest.raises(IncompatibleFieldsError, match=words):
        plan_query(model, query)


def test_a_spike_cannot_be_filtered_by_a_date_or_something_else(model: SemanticModel) -> None:
    either = (Filter("category", "EQUALS", ("A",)), Filter("date_day", "EQUALS", ("20250101",)))
    with pytest.raises(UnsupportedFilterError):
        plan_query(model, _query(("date_day",), ("ticket_spike_score",), filters=(either,)))


def test_a_range_that_ends_before_it_starts_is_refused(model: SemanticModel) -> None:
    with pytest.raises(InvalidDateRangeError):
        plan_query(model, _query(("channel",), dates=DateRange(date(2025, 1, 2), date(2025, 1, 2))))


def test_values_are_bound_and_never_written_out(model: SemanticModel) -> None:
    nasty = "'; drop table normalised.ticket; --"
    query = _query(("channel",), ("tickets_created",), filters=((Filter("category", "EQUALS", (nasty,)),),))
    compiled = compile_query(model, query)
    assert nasty not in compiled.sql
    assert nasty in compiled.parameters


def test_answers_have_the_types_that_were_promised(backend: Backend) -> None:
    """Every field at once, so that a HUGEINT or a DECIMAL cannot slip out."""
    dataset = backend.model.datasets["tickets"]
    metrics = [name for name in dataset.metrics if name != "ticket_spike_score"]
    groups = [dataset.dimensions, ("category", *metrics), ("date_day", "ticket_spike_score", "tickets_created")]
    for names in groups:
        compiled = backend.compile({"fields": [{"name": name} for name in names]})
        relation = backend.connection.sql(compiled.sql, params=list(compiled.parameters))
        assert [str(type_) for type_ in relation.types] == [column.type for column in compiled.columns]
        assert {column.type for column in compiled.columns} <= set(OutputType)


def test_money_is_picked_by_the_question(model: SemanticModel) -> None:
    own = compile_query(model, _query((), ("handle_cost",), money=Money("EUR")))
    base = compile_query(model, _query((), ("handle_cost",), money=Money("EUR", base=True)))
    assert 'THEN "handle_cost" END' in own.sql
    assert 'THEN "handle_cost_base" END' in base.sql
