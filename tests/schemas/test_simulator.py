"""The simulator itself: it must do what Looker Studio does with wrong answers too, or it proves nothing."""

from typing import Any

import pytest

from tests.looker_formula import Row, evaluate
from tests.looker_simulator import blend, chart, read_fields, read_rows, request, totals
from tests.schemas.backend import Backend

SCHEMA: list[dict[str, Any]] = [
    {
        "name": "date_day",
        "dataType": "STRING",
        "semantics": {"conceptType": "DIMENSION", "semanticType": "YEAR_MONTH_DAY"},
    },
    {
        "name": "made",
        "dataType": "NUMBER",
        "defaultAggregationType": "SUM",
        "semantics": {"conceptType": "METRIC", "semanticType": "NUMBER", "isReaggregatable": True},
    },
    {
        "name": "middle",
        "dataType": "STRING",
        "semantics": {"conceptType": "METRIC", "semanticType": "DURATION", "isReaggregatable": False},
    },
]
ANSWER: dict[str, Any] = {
    "schema": [{"name": item["name"], "dataType": item["dataType"]} for item in SCHEMA],
    "rows": [{"values": ["20250131", 2, "10"]}, {"values": ["20250201", 3, "30"]}, {"values": [None, 4, None]}],
    "filtersApplied": False,
}


def test_sums_are_summed_and_the_rest_is_the_first_row() -> None:
    assert totals(read_fields(SCHEMA), ANSWER, ["made", "middle"]) == {"made": 9, "middle": "10"}


def test_months_are_made_from_days() -> None:
    drawn = chart(read_fields(SCHEMA), ANSWER, ["date_day"], ["made"], grains={"date_day": "quarter"})
    assert drawn == [{"date_day": "20251", "made": 5}, {"date_day": None, "made": 4}]


def test_filters_are_applied_if_we_did_not() -> None:
    january = {"fieldName": "date_day", "operator": "NUMERIC_LESS_THAN", "type": "EXCLUDE", "values": ["20250201"]}
    drawn = chart(read_fields(SCHEMA), ANSWER, ["date_day"], ["made"], filters=[[january]])
    assert [row["date_day"] for row in drawn] == ["20250201", None]


def test_a_wrong_flag_gives_a_wrong_total(backend: Backend) -> None:
    """The reason for this module: medians that may be added up are added up."""
    wrong = [
        {
            **field,
            "semantics": {**field["semantics"], "isReaggregatable": True},
            "defaultAggregationType": "SUM",
        }
        if field["name"] == "frt_median_seconds"
        else field
        for field in backend.schema()
    ]
    fields = read_fields(wrong)
    daily = backend.data(request(fields, ["date_month"], ["frt_median_seconds"]))
    whole = backend.data(request(fields, [], ["frt_median_seconds"]))
    total = totals(fields, daily, ["frt_median_seconds"])["frt_median_seconds"]
    assert float(total or 0) > 2 * float(read_rows(whole)[0]["frt_median_seconds"] or 0)


@pytest.mark.parametrize(
    ("position", "change", "words"),
    [
        (2, {"defaultAggregationType": "SUM"}, "not reaggregatable"),
        (1, {"defaultAggregationType": "AUTO"}, "calculated fields only"),
    ],
)
def test_flags_that_the_vendor_refuses(position: int, change: dict[str, str], words: str) -> None:
    schema = [{**item, **change} if place == position else item for place, item in enumerate(SCHEMA)]
    with pytest.raises(ValueError, match=words):
        read_fields(schema)


@pytest.mark.parametrize(
    "values", [["20250131", "2", "10"], ["20250131", True, "10"], [20250131, 2, "10"], ["20250131"]]
)
def test_values_of_the_wrong_kind(values: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"is not a|values"):
        read_rows({**ANSWER, "rows": [{"values": values}]})


@pytest.mark.parametrize("formula", ["SUM(made)", "SUM($made", "SUM($made) SUM($made)", "(SUM($made)", "AVG($made)"])
def test_invalid_formulas(formula: str) -> None:
    with pytest.raises(ValueError, match=r"formula|bracket"):
        evaluate(formula, read_rows(ANSWER))


def test_blends_join_on_keys_null_included() -> None:
    left: list[Row] = [{"k": "a", "x": 1}, {"k": None, "x": 2}]
    right: list[Row] = [{"k": None, "y": 3}, {"k": "b", "y": 4}]
    assert blend(left, right, ["k"], "inner") == [{"k": None, "x": 2, "y": 3}]
    assert blend(left, right, ["k"]) == [{"k": "a", "x": 1, "y": None}, {"k": None, "x": 2, "y": 3}]
    assert blend(left, right, ["k"], "full")[-1] == {"k": "b", "x": None, "y": 4}
