"""A workspace's own fields and formulas: added to the catalogue, checked like it, answered like it."""

from datetime import datetime
from pathlib import Path

import pytest

from schemas import CatalogError, Formula, FormulaSyntaxError, SemanticModel, UnknownReferenceError, extend_model
from tests.schemas.backend import Backend
from tests.schemas.world import build, build_tables, generated, ticket

FIELDS = "custom_tier: {label: Tier, description: Tier of the customer., entity: ticket, datasets: [tickets]}\n"
METRICS = """
custom_replies_per_solved:
  label: Replies per solved ticket
  description: Number of replies for each solved ticket.
  formula: agent_replies_sum / tickets_solved_cohort
  datasets: [tickets]
custom_double_rate:
  {label: Twice, description: Twice the rate., formula: 2 * resolution_rate, type: PERCENT, datasets: [tickets]}
"""


def _folder(path: Path, fields: str = "", metrics: str = "") -> Path:
    (path / "fields.yaml").write_text(fields)
    (path / "metrics.yaml").write_text(metrics)
    return path


def test_a_workspace_without_files_has_the_catalogue_itself(model: SemanticModel, tmp_path: Path) -> None:
    """Nothing is copied for nothing."""
    assert extend_model(model, tmp_path / "nowhere") is model
    assert extend_model(model, _folder(tmp_path)) is model


def test_formulas_are_expanded_and_answered(model: SemanticModel, tmp_path: Path) -> None:
    """A formula over a formula is made of its parts, so that it stays right in totals."""
    mine = extend_model(model, _folder(tmp_path, metrics=METRICS))
    assert mine.version != model.version
    made = mine.metrics["custom_double_rate"]
    assert isinstance(made, Formula)
    assert made.additivity == "formula"
    served = Backend(mine, build(mine, generated()))
    wanted = ["channel", "custom_replies_per_solved", "custom_double_rate"]
    answer = served.data({"fields": [{"name": name} for name in wanted]})
    assert [tuple(row["values"]) for row in answer["rows"]] == served.sql("""
        select channel, sum(public_agent_replies) / count(solved_at), 2 * (count(solved_at) / count(*))
        from reported group by all order by channel""")
    by_name = {field["name"]: field for field in served.schema()}
    assert by_name["custom_double_rate"]["formula"] == "2 * (SUM($tickets_solved_cohort) / SUM($tickets_created))"


def test_a_field_splits_and_filters(model: SemanticModel, tmp_path: Path) -> None:
    """The column is there for the loader to fill, and the dimension for charts."""
    mine = extend_model(model, _folder(tmp_path, fields=FIELDS))
    rows = [ticket(number, ticket_time, custom_tier=tier) for number, (ticket_time, tier) in enumerate(_tickets())]
    served = Backend(mine, build_tables(mine, {"ticket": rows}))
    wanted = {"fields": [{"name": "custom_tier"}, {"name": "tickets_created"}]}
    assert [row["values"] for row in served.data(wanted)["rows"]] == [["gold", 2], ["iron", 1], [None, 1]]
    assert "custom_tier" not in model.dimensions


def _tickets() -> list[tuple[datetime, str | None]]:
    day = datetime(2025, 1, 15, 9)  # noqa: DTZ001 - UTC by definition of the column
    return [(day, "gold"), (day, "gold"), (day, "iron"), (day, None)]


@pytest.mark.parametrize(
    ("fields", "metrics", "message"),
    [
        ("tier: {label: T, description: T., entity: ticket, datasets: [tickets]}", "", "begin with 'custom_'"),
        ("custom_T: {label: T, description: T., entity: ticket, datasets: [tickets]}", "", "capitals"),
        ("custom_t: {label: T, description: T., entity: nothing, datasets: [tickets]}", "", "'nothing'"),
        ("custom_t: {label: T, description: T., entity: account_span, datasets: [tickets]}", "", "made from others"),
        ("custom_t: {label: T, description: T., entity: ticket, datasets: [web]}", "", "'web' has no 'ticket'"),
        ("custom_t: {label: T, description: T., entity: ticket, datasets: [nowhere]}", "", "'nowhere'"),
        ("custom_t: {label: T}", "", "description"),
        ("", "custom_m: {label: M, description: M., formula: nothing + 1, datasets: [tickets]}", "'nothing'"),
        ("", "custom_m: {label: M, description: M., formula: custom_m + 1, datasets: [tickets]}", "back to itself"),
        ("", "custom_m: {label: M, description: M., formula: spend / clicks, datasets: [tickets]}", "'tickets' has no"),
        ("", "custom_m: {label: M, description: M., formula: nps_margin_of_error, datasets: [surveys]}", "a root"),
        ("", "- a list", "mapping"),
        ("", "a: {b: ", "not YAML"),
    ],
)
def test_what_is_wrong_is_said(model: SemanticModel, tmp_path: Path, fields: str, metrics: str, message: str) -> None:
    """Every mistake names its place."""
    with pytest.raises((CatalogError, UnknownReferenceError), match=message):
        extend_model(model, _folder(tmp_path, fields, metrics))


@pytest.mark.parametrize(
    "formula",
    ["sum(tickets_created)", "(select 1)", "tickets_created if 1 else 2", "__import__('os')", "a.b", "1; drop"],
)
def test_no_sql_comes_in(model: SemanticModel, tmp_path: Path, formula: str) -> None:
    """Only names, numbers, four operations and parentheses."""
    line = f'custom_m: {{label: M, description: M., formula: "{formula}", datasets: [tickets]}}'
    with pytest.raises(FormulaSyntaxError):
        extend_model(model, _folder(tmp_path, metrics=line))
