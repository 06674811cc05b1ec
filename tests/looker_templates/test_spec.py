"""report/1 documents: what is accepted, what is refused, and the published JSON Schema."""

import copy
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from pydantic import ValidationError

from looker_templates import (
    InvalidTemplateError,
    Report,
    UnknownTemplateError,
    get_template,
    in_short,
    json_schema,
    load_templates,
    read_template,
)
from looker_templates.loader import SCHEMA_FILE

FILES = sorted(Path(SCHEMA_FILE.parent).glob("*/*.yaml"))


def small() -> dict[str, Any]:
    """Give the smallest document that is accepted."""
    return {
        "format": "report/1",
        "id": "small",
        "version": "1.0.0",
        "title": "Small",
        "summary": {"en": "One number."},
        "tier": "standard",
        "sources": {"ds": {"dataset": "tickets", "required": ["tickets_created"]}},
        "pages": [
            {
                "id": "one",
                "title": "One",
                "rows": [
                    {
                        "height": "kpi",
                        "items": [{"id": "k", "type": "kpi", "source": "ds", "metrics": ["tickets_created"]}],
                    }
                ],
            }
        ],
    }


def test_the_committed_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == json_schema(), "write json_schema() to report-1.schema.json"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_templates_are_valid_under_the_published_schema(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    jsonschema.validate(document, yaml.safe_load(json_schema()), cls=jsonschema.Draft202012Validator)


def test_the_small_document_is_accepted_by_models_and_schema() -> None:
    assert Report.model_validate(small()).id == "small"
    jsonschema.validate(small(), yaml.safe_load(json_schema()))


@pytest.mark.parametrize("place", ["document", "item"])
def test_unknown_keys_are_errors_and_private_ones_are_dropped(place: str) -> None:
    document = copy.deepcopy(small())
    target = document if place == "document" else document["pages"][0]["rows"][0]["items"][0]
    target["x_note"] = "for us"
    assert "x_note" not in str(Report.model_validate(document).model_dump())
    jsonschema.validate(document, yaml.safe_load(json_schema()))
    target["colour"] = "red"
    with pytest.raises(ValidationError, match="colour"):
        Report.model_validate(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, yaml.safe_load(json_schema()))


def item(**keys: object) -> dict[str, object]:
    return {"id": "x", "type": "kpi", "source": "ds", "metrics": ["tickets_created"], **keys}


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([item(span=5), item(id="y", span=6)], "add up to 12"),
        ([item(span=6), item(id="y")], "add up to 12"),
        ([item(), item()], "used more than once: x"),
        ([item(source="ds_other")], "not among `sources`: ds_other"),
        ([item(goal="resolution_rate")], "not among `goals`: resolution_rate"),
        ([item(type="gauge")], "gauge"),
        ([item(metrics=["a", "b"])], "at most 1"),
    ],
)
def test_a_document_that_does_not_hang_together_is_refused(items: list[dict[str, object]], message: str) -> None:
    document = small()
    document["pages"] = [{"id": "one", "title": "One", "rows": [{"height": "kpi", "items": items}]}]
    with pytest.raises(ValidationError, match=message):
        Report.model_validate(document)


@pytest.mark.parametrize(
    "control",
    [
        {"id": "c", "type": "dropdown"},
        {"id": "c", "type": "dropdown", "parameter": "client", "dimension": "category"},
        {"id": "c", "type": "dropdown", "source": "ds", "dimension": "category"},
    ],
)
def test_a_dropdown_chooses_exactly_one_thing(control: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"control of a parameter|give either"):
        Report.model_validate({**small(), "controls": [control]})


def test_templates_load_by_id() -> None:
    assert "first-look" in load_templates()
    assert [in_short(one)["id"] for one in load_templates().values()] == list(load_templates())
    document = get_template("first-look")
    assert document["format"] == "report/1"
    assert Report.model_validate(document) == load_templates()["first-look"]


def test_an_unknown_template_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownTemplateError, match=r"no template 'nothing'.*first-look"):
        get_template("nothing")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("format: [", "not valid YAML"),
        ("format: report/2", r"format: .*report/1"),
        ("just text", "document: "),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTemplateError, match=message) as caught:
        read_template(path)
    assert str(path) in str(caught.value)


def test_the_file_is_named_like_the_id(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump(small()), encoding="utf-8")
    with pytest.raises(InvalidTemplateError, match=r"name the file small\.yaml"):
        read_template(path)
