"""getSchema: every field is one that Looker Studio accepts, with the flags that its additivity demands."""

from typing import Any

import pytest

from schemas import Additivity, Money, SemanticModel, UnknownDatasetError, looker_schema, sample_rows
from schemas.texts import BUILDING_BLOCKS
from tests.looker_formula import fields_of
from tests.looker_simulator import read_fields, read_rows

KEYS = {
    "name",
    "label",
    "description",
    "dataType",
    "group",
    "semantics",
    "formula",
    "isDefault",
    "defaultAggregationType",
}


@pytest.fixture(scope="module")
def schema(model: SemanticModel) -> list[dict[str, Any]]:
    return looker_schema(model, "tickets", money=Money("EUR"))


def test_every_field_is_complete(schema: list[dict[str, Any]]) -> None:
    for field in schema:
        assert set(field) <= KEYS
        assert field["label"]
        assert field["description"]
        assert field["group"]
        assert field["semantics"]["semanticType"]
        assert field["dataType"] in {"STRING", "NUMBER", "BOOLEAN"}
    assert len({field["name"] for field in schema}) == len(schema) == 119
    assert len({field["label"] for field in schema}) == len(schema)


def test_one_default_each(schema: list[dict[str, Any]]) -> None:
    assert [field["name"] for field in schema if field.get("isDefault")] == ["date_day", "tickets_created"]


def test_flags_follow_from_additivity(model: SemanticModel, schema: list[dict[str, Any]]) -> None:
    metrics = [field for field in schema if field["semantics"]["conceptType"] == "METRIC"]
    for field in metrics:
        again, chosen = field["semantics"]["isReaggregatable"], field.get("defaultAggregationType")
        match model.metrics[field["name"]].additivity:
            case Additivity.ADDITIVE:
                assert (again, chosen, "formula" in field) == (True, "SUM", False)
            case Additivity.FORMULA:
                assert (again, chosen, "formula" in field) == (True, "AUTO", True)
            case Additivity.NON_ADDITIVE:
                assert (again, chosen, "formula" in field) == (False, None, False)
            case other:
                raise AssertionError(other)


def test_dimensions_carry_no_metric_flags(schema: list[dict[str, Any]]) -> None:
    for field in schema:
        if field["semantics"]["conceptType"] == "DIMENSION":
            assert "isReaggregatable" not in field["semantics"]
            assert "defaultAggregationType" not in field


def test_formulas_stand_on_fields_that_add_up(schema: list[dict[str, Any]]) -> None:
    """Looker Studio drops a field with an invalid formula and says nothing."""
    fields = read_fields(schema)
    formulas = [field for field in fields.values() if field.formula]
    assert len(formulas) == 21
    for field in formulas:
        assert {fields[name].aggregation for name in fields_of(field.formula or "")} == {"SUM"}


def test_durations_are_texts(schema: list[dict[str, Any]]) -> None:
    types = {field["dataType"] for field in schema if field["semantics"]["semanticType"] == "DURATION"}
    assert types == {"STRING"}


def test_building_blocks_have_a_group_of_their_own(schema: list[dict[str, Any]]) -> None:
    blocks = {field["name"] for field in schema if field["group"] == BUILDING_BLOCKS}
    assert {"frt_seconds_sum", "handle_base", "fcr_base"} <= blocks
    assert "tickets_created" not in blocks


@pytest.mark.parametrize(("code", "semantic"), [("EUR", "CURRENCY_EUR"), ("JPY", "CURRENCY_JPY"), ("XCD", "NUMBER")])
def test_money_has_the_currency_of_the_answer(code: str, semantic: str, model: SemanticModel) -> None:
    fields = read_fields(looker_schema(model, "tickets", money=Money(code)))
    assert fields["handle_cost"].semantic_type == fields["handle_cost_per_ticket"].semantic_type == semantic


def test_sample_rows_have_the_right_types(schema: list[dict[str, Any]], model: SemanticModel) -> None:
    names = tuple(field["name"] for field in schema)
    rows = [{"values": values} for values in sample_rows(model, "tickets", names)]
    assert len(read_rows({"schema": schema, "rows": rows})) == 1


def test_an_unknown_dataset_names_the_known(model: SemanticModel) -> None:
    with pytest.raises(UnknownDatasetError, match="Did you mean tickets"):
        looker_schema(model, "tikets", money=Money())
