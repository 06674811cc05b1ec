"""The templates agree with the catalogue, and each rule of the linter finds its own mistake."""

import pytest

from looker_templates import Report, get_template, lint_report, load_templates
from schemas import load_model
from tests.looker_templates.golden_requests import EVERY_KIND

MODEL = load_model()

Document = dict[str, object]


@pytest.mark.parametrize("template_id", load_templates())
def test_our_templates_are_clean(template_id: str) -> None:
    assert lint_report(load_templates()[template_id], MODEL) == []


def test_a_report_with_every_kind_is_clean() -> None:
    assert lint_report(EVERY_KIND, MODEL) == []


def with_item(**item: object) -> Report:
    """Give the first template with one item only."""
    document = get_template("first-look")
    document["pages"] = [
        {"id": "p", "title": "P", "rows": [{"height": "m", "items": [{"source": "ds_tickets", **item}]}]}
    ]
    return Report.model_validate(document)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"id": "a", "type": "kpi", "metrics": ["frt_p90_seconds"]}, "a: 'frt_p90_seconds' is not among the fields"),
        ({"id": "a", "type": "kpi", "metrics": ["category"]}, "a: 'category' is not a metric."),
        ({"id": "a", "type": "kpi", "metrics": ["resolution_rate"], "direction": "down"}, "a: direction is 'down'"),
        (
            {"id": "a", "type": "kpi", "metrics": ["tickets_created"], "sparkline": "category"},
            "not a calendar dimension",
        ),
        (
            {"id": "a", "type": "time_series", "dimensions": ["channel"], "metrics": ["tickets_created"]},
            "a: 'channel' is not a calendar dimension.",
        ),
        ({"id": "a", "type": "donut", "dimensions": ["channel"], "metrics": ["resolution_rate"]}, "cannot be added up"),
        (
            {"id": "a", "type": "table", "dimensions": ["city"], "metrics": ["frt_median_seconds"], "totals": True},
            "'frt_median_seconds' takes no total row",
        ),
        (
            {
                "id": "a",
                "type": "table",
                "dimensions": ["city"],
                "metrics": ["tickets_created"],
                "style": {"columns": {"city": {"cell": "heat"}}},
            },
            "style.columns names 'city'",
        ),
        (
            {
                "id": "a",
                "type": "bar",
                "dimensions": ["city"],
                "metrics": ["tickets_created"],
                "sort": [{"field": "category"}],
            },
            "sorts by 'category'",
        ),
    ],
)
def test_each_rule_finds_its_mistake(item: Document, problem: str) -> None:
    found = lint_report(with_item(**item), MODEL)
    assert any(problem in one for one in found), found


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dataset": "nothing"}, "sources.ds_tickets: there is no dataset 'nothing'."),
        ({"optional": ["no_such_field"]}, "sources.ds_tickets: the dataset 'tickets' has no field 'no_such_field'."),
    ],
)
def test_sources_are_checked_against_the_catalogue(changes: Document, problem: str) -> None:
    document = get_template("first-look")
    sources = document["sources"]
    assert isinstance(sources, dict)
    sources["ds_tickets"] |= changes
    assert problem in lint_report(Report.model_validate(document), MODEL)


def test_a_control_must_ask_for_a_declared_field() -> None:
    document = get_template("first-look")
    document["controls"] = [
        {"id": "c", "type": "dropdown", "source": "ds_tickets", "dimension": "priority", "order_by": "tickets_created"}
    ]
    assert "c: 'priority' is not among the fields of sources.ds_tickets." in lint_report(
        Report.model_validate(document), MODEL
    )


def test_more_than_twenty_fields_are_too_many() -> None:
    names = [name for name in MODEL.datasets["tickets"].metrics if name != "category_resolution_contribution"][:21]
    document = get_template("first-look")
    sources = document["sources"]
    assert isinstance(sources, dict)
    sources["ds_tickets"]["required"] = ["city", *names]
    sources["ds_tickets"]["optional"] = []
    item = {"id": "a", "type": "table", "source": "ds_tickets", "dimensions": ["city"], "metrics": names}
    document |= {"fields": {}, "goals": {}, "controls": []}
    document["pages"] = [{"id": "p", "title": "P", "rows": [{"height": "m", "items": [item]}]}]
    assert "a: asks for 22 fields; 20 is the most." in lint_report(Report.model_validate(document), MODEL)
