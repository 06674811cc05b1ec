"""All eleven operators, INCLUDE and EXCLUDE, over HTTP, against conditions written by hand; all or none."""

from typing import Any

import pytest

from tests.api.asking import ask, body_of, condition, refused
from tests.api.serving import Served
from tests.api.test_data import sql

# operator, field, values, the same in SQL. EXCLUDE keeps rows where the condition is unknown.
CASES: list[tuple[str, str, tuple[object, ...], str]] = [
    ("EQUALS", "channel", ("Email",), "channel = 'Email'"),
    ("EQUALS", "channel", ("email",), "false"),
    ("EQUALS", "channel", ("Email", "Chat"), "channel in ('Email', 'Chat')"),
    ("EQUALS", "is_escalated", ("true",), "escalated"),
    ("EQUALS", "is_escalated", (True,), "escalated"),
    ("EQUALS", "date_day", ("20250105",), "created::date = '2025-01-05'"),
    ("EQUALS", "category", ('Ωmega "quoted", line',), "category like 'Ωmega%'"),
    ("CONTAINS", "category", ("ill",), "category = 'Billing'"),
    ("CONTAINS", "category", ("_B%",), "category = 'A_B%C'"),
    ("CONTAINS", "category", ("%",), "category = 'A_B%C'"),
    ("REGEXP_PARTIAL_MATCH", "category", ("(?i)^b",), "category = 'Billing'"),
    ("REGEXP_PARTIAL_MATCH", "channel", ("ha|ho",), "channel in ('Chat', 'Phone')"),
    ("REGEXP_EXACT_MATCH", "channel", ("C..t",), "channel = 'Chat'"),
    ("REGEXP_EXACT_MATCH", "channel", ("ha",), "false"),
    ("REGEXP_EXACT_MATCH", "channel", ("Chat|Email",), "channel in ('Chat', 'Email')"),
    ("IN_LIST", "city", ("Athens", "Porto"), "city in ('Athens', 'Porto')"),
    ("IN_LIST", "date_month", ("202501", "202502"), "created::date < '2025-03-01'"),
    ("IS_NULL", "channel", (), "channel is null"),
    ("IS_NULL", "date_day", (), "false"),
    ("BETWEEN", "date_day", ("20250110", "20250120"), "created::date between '2025-01-10' and '2025-01-20'"),
    ("BETWEEN", "date_month", ("202501", "202502"), "created::date between '2025-01-01' and '2025-02-28'"),
    ("NUMERIC_GREATER_THAN", "date_day", ("20250110",), "created::date > '2025-01-10'"),
    ("NUMERIC_GREATER_THAN_OR_EQUAL", "date_day", ("20250110",), "created::date >= '2025-01-10'"),
    ("NUMERIC_LESS_THAN", "date_day", ("20250110",), "created::date < '2025-01-10'"),
    ("NUMERIC_LESS_THAN_OR_EQUAL", "date_day", ("20250110",), "created::date <= '2025-01-10'"),
    ("NUMERIC_LESS_THAN", "day_of_week", ("3",), "dayofweek(created) < 3"),
]


@pytest.mark.parametrize("exclude", [False, True], ids=["include", "exclude"])
@pytest.mark.parametrize(("operator", "field", "values", "where"), CASES)
def test_operator(
    served: Served, operator: str, field: str, values: tuple[object, ...], where: str, *, exclude: bool
) -> None:
    ((count,),) = sql(served, f"select count(*) from t where coalesce({where}, false) = {str(not exclude).lower()}")
    filters = [[condition(field, operator, *values, exclude=exclude)]]
    rows = ask(served, body_of("tickets_created", dimensionsFilters=filters))
    assert rows.filters_applied is True
    assert rows.single() == [count]


def test_every_operator_has_a_case() -> None:
    from schemas import Operator

    assert {case[0] for case in CASES} == {operator.value for operator in Operator}


class TestGroups:
    def test_and_of_ors(self, served: Served) -> None:
        filters = [
            [condition("channel", "EQUALS", "Email"), condition("channel", "IS_NULL")],
            [condition("city", "EQUALS", "Athens"), condition("is_escalated", "EQUALS", "true")],
        ]
        where = "(channel = 'Email' or channel is null) and (city = 'Athens' or escalated)"
        ((count,),) = sql(served, f"select count(*) from t where {where}")
        assert ask(served, body_of("tickets_created", dimensionsFilters=filters)).single() == [count]

    def test_order_of_clauses_changes_nothing(self, served: Served) -> None:
        one, two = condition("channel", "EQUALS", "Email"), condition("city", "EQUALS", "Athens")
        first = ask(served, body_of("date_day", "tickets_created", dimensionsFilters=[[one], [two]]))
        assert first == ask(served, body_of("date_day", "tickets_created", dimensionsFilters=[[two], [one], [two]]))

    def test_empty_groups_are_no_filter(self, served: Served) -> None:
        assert ask(served, body_of("tickets_created", dimensionsFilters=[[]])).single() == [360]
        assert ask(served, body_of("tickets_created", dimensionsFilters=[])).single() == [360]

    def test_type_is_include_by_default_and_values_may_be_absent(self, served: Served) -> None:
        clause = {"fieldName": "channel", "operator": "IS_NULL"}
        ((count,),) = sql(served, "select count(*) from t where channel is null")
        assert ask(served, body_of("tickets_created", dimensionsFilters=[[clause]])).single() == [count]


class TestForFilterOnly:
    wish: dict[str, Any] = {"name": "channel", "forFilterOnly": True}  # noqa: RUF012

    def test_dropped_when_everything_is_applied(self, served: Served) -> None:
        filters = [[condition("channel", "EQUALS", "Email")]]
        rows = ask(served, body_of("city", self.wish, "tickets_created", dimensionsFilters=filters))
        assert rows.names == ["city", "tickets_created"]
        assert rows.filters_applied is True
        expected = dict(sql(served, "select city, count(*) from t where channel = 'Email' group by 1"))
        assert rows.by_first() == expected

    def test_kept_when_nothing_can_be_applied(self, served: Served) -> None:
        filters = [[condition("channel", "SOUNDS_LIKE", "Emial")], [condition("city", "EQUALS", "Athens")]]
        rows = ask(served, body_of("city", self.wish, "tickets_created", dimensionsFilters=filters))
        assert rows.filters_applied is False
        assert sorted(rows.names) == ["channel", "city", "tickets_created"]
        # None of them is applied, not even the one that could be.
        assert sum(row[rows.names.index("tickets_created")] for row in rows.values) == 360
        assert {row[rows.names.index("channel")] for row in rows.values} == {"Email", "Chat", "Phone", None}

    def test_refused_when_leaving_it_out_would_give_wrong_numbers(self, served: Served) -> None:
        filters = [[condition("channel", "SOUNDS_LIKE", "Emial")]]
        refused(served, body_of("resolution_median_seconds", dimensionsFilters=filters), 400, "unsupported_filter")

    def test_asked_for_both_ways_it_is_shown(self, served: Served) -> None:
        filters = [[condition("channel", "EQUALS", "Email")]]
        rows = ask(served, body_of(self.wish, "channel", "tickets_created", dimensionsFilters=filters))
        assert rows.names == ["channel", "tickets_created"]

    def test_a_filter_on_a_field_that_is_not_asked_for(self, served: Served) -> None:
        ((count,),) = sql(served, "select count(*) from t where city = 'Porto'")
        filters = [[condition("city", "EQUALS", "Porto")]]
        assert ask(served, body_of("tickets_created", dimensionsFilters=filters)).single() == [count]


class TestWrongValues:
    @pytest.mark.parametrize(
        ("field", "operator", "values"),
        [
            ("date_day", "EQUALS", ("yesterday",)),
            ("date_day", "BETWEEN", ("20250101",)),
            ("day_of_week", "NUMERIC_LESS_THAN", ("x",)),
        ],
    )
    def test_values_of_another_type_are_refused(
        self, served: Served, field: str, operator: str, values: tuple[str, ...]
    ) -> None:
        filters = [[condition(field, operator, *values)]]
        refused(served, body_of("tickets_created", dimensionsFilters=filters), 400, "invalid_filter_value")

    def test_a_value_is_never_sql(self, served: Served) -> None:
        filters = [[condition("channel", "EQUALS", "x' or '1'='1")]]
        assert ask(served, body_of("tickets_created", dimensionsFilters=filters)).single() == [0]
