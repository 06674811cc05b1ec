"""What Looker Studio demands of every field, checked over every dataset of the catalogue."""

import re
from typing import Any

import pytest

from schemas import (
    Additivity,
    AnyMetric,
    FieldType,
    Money,
    SemanticModel,
    current_id,
    load_model,
    looker_schema,
    sample_rows,
)
from schemas.comparisons import Made
from schemas.looker import SAMPLES
from schemas.reserved import LOOKER_FUNCTIONS, SQL_WORDS, reason_against
from tests.looker_formula import fields_of
from tests.looker_simulator import read_fields, read_rows

DATASETS = tuple(load_model().datasets)
DIRECTIONS = {"up": "Higher is better", "down": "Lower is better", "neutral": "Neither up nor down is good"}


@pytest.fixture(scope="module", params=DATASETS)
def fields(request: pytest.FixtureRequest, model: SemanticModel) -> list[dict[str, Any]]:
    return looker_schema(model, request.param, money=Money("EUR"), comparison=True)


def _metric(model: SemanticModel, field: dict[str, Any]) -> AnyMetric:
    """Return the metric behind a field, which may be a comparison or an old id."""
    return model.metrics[current_id(model.aliases, field["name"].partition("__")[0])]


def _metrics(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [field for field in fields if field["semantics"]["conceptType"] == "METRIC"]


def test_every_field_is_complete(fields: list[dict[str, Any]]) -> None:
    for field in fields:
        for key in ("name", "label", "description", "group"):
            assert field[key].strip(), (field["name"], key)
        assert field["dataType"] in {"STRING", "NUMBER", "BOOLEAN"}
        assert field["semantics"]["semanticType"]
        assert field["semantics"]["conceptType"] in {"DIMENSION", "METRIC"}


def test_ids_and_labels_are_unique(fields: list[dict[str, Any]]) -> None:
    for key in ("name", "label"):
        values = [field[key] for field in fields]
        assert sorted({one for one in values if values.count(one) > 1}) == []


def test_ids_can_be_used_in_formulas_and_sql(fields: list[dict[str, Any]]) -> None:
    assert [(field["name"], why) for field in fields if (why := reason_against(field["name"]))] == []
    made = re.compile(rf"[a-z0-9_]+?__({'|'.join(Made)})")
    assert [field["name"] for field in fields if "__" in field["name"] and not made.fullmatch(field["name"])] == []


def test_at_most_one_default_each(fields: list[dict[str, Any]]) -> None:
    defaults = [field["semantics"]["conceptType"] for field in fields if field.get("isDefault")]
    assert len(defaults) == len(set(defaults))


def test_flags_agree_with_each_other(fields: list[dict[str, Any]]) -> None:
    for field in _metrics(fields):
        again, chosen = field["semantics"]["isReaggregatable"], field.get("defaultAggregationType")
        assert again or chosen is None, field["name"]
        assert not again or chosen in {"SUM", "MIN", "MAX", "AUTO"}, field["name"]
        assert (chosen == "AUTO") == ("formula" in field), field["name"]


def test_flags_follow_from_additivity(fields: list[dict[str, Any]], model: SemanticModel) -> None:
    expected: dict[Additivity, tuple[bool, set[str | None]]] = {
        Additivity.ADDITIVE: (True, {"SUM"}),
        Additivity.EXTREMAL: (True, {"MIN", "MAX"}),
        Additivity.FORMULA: (True, {"AUTO"}),
        Additivity.SEMI_ADDITIVE: (False, {None}),
        Additivity.NON_ADDITIVE: (False, {None}),
    }
    for field in _metrics(fields):
        if "__" in field["name"]:
            assert field["semantics"]["isReaggregatable"] is False
            continue
        again, chosen = expected[_metric(model, field).additivity]
        assert field["semantics"]["isReaggregatable"] is again, field["name"]
        assert field.get("defaultAggregationType") in chosen, field["name"]


def test_formulas_stand_on_published_sums(fields: list[dict[str, Any]]) -> None:
    """Looker Studio drops a field whose formula names an unknown field, and says nothing."""
    known = read_fields(fields)
    for field in known.values():
        if field.formula is not None:
            parts = fields_of(field.formula)
            assert parts
            assert {known[name].aggregation for name in parts} == {"SUM"}, field.name


def test_descriptions_say_unit_and_direction(fields: list[dict[str, Any]], model: SemanticModel) -> None:
    number = r"number|count|points?|days?|hours?|months|years?|seconds|ratio|rank|scale|for each|deviations?"
    units = {
        FieldType.DURATION: r"seconds?",
        FieldType.PERCENT: r"percent|percentage points",
        FieldType.CURRENCY: r"report currency",
        FieldType.NUMBER: number,
    }
    for field in _metrics(fields):
        metric = _metric(model, field)
        assert DIRECTIONS[metric.direction] in field["description"], field["name"]
        if metric.type in units:
            assert re.search(rf"(?i)\b({units[metric.type]})\b", field["description"]), field["name"]


def test_values_of_a_period_warn_of_coarser_dates(fields: list[dict[str, Any]], model: SemanticModel) -> None:
    for field in _metrics(fields):
        if _metric(model, field).additivity is Additivity.SEMI_ADDITIVE:
            assert "Month" in field["description"], f"{field['name']} does not say to use the Month field"


@pytest.mark.parametrize("dataset", DATASETS)
def test_samples_are_constants_of_the_right_type(dataset: str, model: SemanticModel) -> None:
    fields = looker_schema(model, dataset, money=Money("EUR"), comparison=True)
    rows = sample_rows(model, dataset, tuple(str(field["name"]) for field in fields))
    assert len(read_rows({"schema": fields, "rows": [{"values": row} for row in rows]})) == 1


def test_there_is_a_sample_for_every_type() -> None:
    assert set(SAMPLES) == set(FieldType)


def test_function_names_are_known() -> None:
    """The list of the protocol; the date family carries a prefix for this reason."""
    named = "DATE YEAR MONTH WEEK QUARTER HOUR WEEKDAY DAY COUNT SUM IF CASE IMAGE REPLACE SECOND TODATE HYPERLINK"
    named += " REGEXP_EXTRACT REGEXP_MATCH REGEXP_REPLACE CAST CONCAT AVG COUNT_DISTINCT MAX MEDIAN MIN PERCENTILE"
    named += " STDDEV VARIANCE APPROX_COUNT_DISTINCT MINUTE LOG10 RUNNING_SUM"
    assert {name.lower() for name in named.split()} <= LOOKER_FUNCTIONS
    assert {"group", "user", "order", "end", "at", "rows", "interval", "source"} <= SQL_WORDS
