"""What the catalogue check refuses, and with which words; our own catalogue passes it."""

from pathlib import Path

import pytest

from schemas import (
    CatalogError,
    DuplicateNameError,
    FormulaSyntaxError,
    SemanticModel,
    TypeConflictError,
    UnknownReferenceError,
    load_model,
)
from schemas.reserved import LOOKER_FUNCTIONS, SQL_WORDS, reason_against
from tests.schemas.backend import Backend

METRIC = "{label: X, description: x, entity: ticket, count: true}"


def _load(folder: Path, **files: str) -> SemanticModel:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load_model(folder)


def test_a_folder_adds_definitions(tmp_path: Path, model: SemanticModel) -> None:
    larger = _load(
        tmp_path,
        metrics__own=f"urgent_tickets: {{label: Urgent, description: x, entity: ticket, count: true, "
        f"where: {{priority: [high]}}}}\nother_tickets: {METRIC}",
        datasets="own: {label: Own, description: x, entities: [ticket], metrics: [urgent_tickets, resolution_rate]}",
    )
    assert larger.datasets["own"].metrics == ("urgent_tickets", "resolution_rate")
    assert larger.version != model.version


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({"metrics__x": f"tickets_created: {METRIC}"}, DuplicateNameError, "already defined"),
        ({"metrics__x": f"a: {METRIC}\na: {METRIC}"}, DuplicateNameError, "line 2: 'a' is defined twice"),
        ({"metrics__x": f"channel: {METRIC}"}, DuplicateNameError, "both a dimension and a metric"),
        ({"metrics__x": f"sum: {METRIC}"}, CatalogError, "Looker Studio function"),
        ({"metrics__x": f"rows: {METRIC}"}, CatalogError, "reserved word"),
        ({"metrics__x": f"2x: {METRIC}"}, CatalogError, "a letter followed by"),
        ({"metrics__x": f"a-b: {METRIC}"}, CatalogError, "a letter followed by"),
        ({"metrics__x": "x: {label: X, description: '', entity: ticket, count: true}"}, CatalogError, "description"),
        ({"metrics__x": "x: {label: X, entity: ticket, count: true}"}, CatalogError, "description"),
        ({"metrics__x": "x: {label: X, description: x}"}, CatalogError, "exactly one of"),
        ({"metrics__x": "x: {label: X, description: x, entity: ticket, count: true, sum: y}"}, CatalogError, "exactly"),
        ({"metrics__x": "x: {label: X, description: x, count: true}"}, CatalogError, "needs entity"),
        ({"metrics__x": "x: {label: X, description: x, formula: a / b}"}, UnknownReferenceError, "'a'"),
        ({"metrics__x": "x: {label: X, description: x, formula: x / 2}"}, CatalogError, "x → x"),
        (
            {"metrics__x": "x: {label: X, description: x, formula: y}\ny: {label: Y, description: y, formula: x}"},
            CatalogError,
            "leads back to itself",
        ),
        ({"metrics__x": "x: {label: X, description: x, formula: max(1)}"}, FormulaSyntaxError, "Metric 'x'"),
        ({"metrics__x": "x: {label: X, description: x, entity: nobody, count: true}"}, UnknownReferenceError, "nobody"),
        (
            {"metrics__x": "x: {label: X, description: x, entity: ticket, sum: nothing}"},
            UnknownReferenceError,
            "nothing",
        ),
        ({"metrics__x": "x: {label: X, description: x, entity: ticket, sum: category}"}, TypeConflictError, "added up"),
        (
            {"metrics__x": "x: {label: X, description: x, entity: ticket, count: true, where: {nothing: [1]}}"},
            UnknownReferenceError,
            "nothing",
        ),
        (
            {"metrics__x": "x: {label: X, description: x, entity: ticket, count: true, where: {category: []}}"},
            CatalogError,
            "names no value",
        ),
        (
            {"metrics__x": "x: {label: X, description: x, share: {of: resolution_rate, over: category}}"},
            CatalogError,
            "sum or a count",
        ),
        ({"metrics__x": "x: {label: X, description: x, colour: red}"}, CatalogError, "colour"),
        ({"metrics__x": "- x"}, CatalogError, "expected a mapping"),
        ({"metrics__x": "x: ["}, CatalogError, "not YAML"),
        (
            {"datasets": "d: {label: D, description: d, entities: [ticket], metrics: [nothing]}"},
            UnknownReferenceError,
            "nothing",
        ),
        (
            {"datasets": "d: {label: D, description: d, entities: [ticket], metrics: [], default_metric: x}"},
            UnknownReferenceError,
            "'x'",
        ),
    ],
)
def test_a_wrong_definition_stops_the_start(
    files: dict[str, str], error: type[Exception], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        _load(tmp_path, **files)
    assert words in str(caught.value)


ENTITY = """
visit:
  label: Visits
  table: visit
  key: [client_account_id, visit_id]
  date: visit_date
  listed_by: is_listed
  columns:
    client_account_id: {type: text, from: load}
    visit_id: {type: text, from: given}
    visit_date: {type: date, from: derived}
    is_listed: {type: flag, from: derived}
    is_new: {type: flag, from: given}
  dimensions: {DIMENSIONS}
"""


@pytest.mark.parametrize(
    ("entity", "error", "words"),
    [
        (ENTITY.replace("DIMENSIONS", "channel: is_new"), TypeConflictError, "'channel' is TEXT"),
        (ENTITY.replace("DIMENSIONS", "nowhere: visit_id"), UnknownReferenceError, "nowhere"),
        (ENTITY.replace("DIMENSIONS", "channel: nothing"), UnknownReferenceError, "nothing"),
        (
            ENTITY.replace("date: visit_date", "date: visit_id").replace("DIMENSIONS", ""),
            TypeConflictError,
            "type date",
        ),
        (ENTITY.replace("is_new:", "group:").replace("DIMENSIONS", ""), CatalogError, "reserved word"),
    ],
)
def test_a_wrong_entity_stops_the_start(entity: str, error: type[Exception], words: str, tmp_path: Path) -> None:
    with pytest.raises(error) as caught:
        _load(tmp_path, entities__visit=entity)
    assert words in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such catalogue folder"):
        load_model(tmp_path / "nowhere")


def test_our_own_ids_are_usable(model: SemanticModel) -> None:
    names = [*model.dimensions, *model.metrics, *model.datasets]
    assert [name for name in names if reason_against(name)] == []


def test_descriptions_say_what_is_good(model: SemanticModel) -> None:
    """A reader who sees a number must be able to tell whether to be glad."""
    words = {"up": "Higher is better", "down": "Lower is better", "neutral": "Neither up nor down is good"}
    wrong = [metric.name for metric in model.metrics.values() if words[metric.direction] not in metric.description]
    assert wrong == []


def test_descriptions_name_the_unit(model: SemanticModel) -> None:
    words = {
        "DURATION": ("second",),
        "PERCENT": ("in percent", "ercentage points"),
        "CURRENCY": ("report currency",),
    }
    wrong = [
        metric.name
        for metric in model.metrics.values()
        if metric.type in words and not any(word in metric.description for word in words[metric.type])
    ]
    assert wrong == []


def test_reserved_words_are_those_of_the_engine(backend: Backend) -> None:
    """A newer DuckDB may reserve more."""
    rows = backend.sql("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'")
    assert {str(row[0]) for row in rows} <= SQL_WORDS | LOOKER_FUNCTIONS
