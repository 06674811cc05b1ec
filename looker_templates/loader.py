"""Finds the templates on disk and reads them; a wrong file stops the program with file and place."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import ValidationError

from looker_templates.errors import InvalidTemplateError, UnknownTemplateError
from looker_templates.spec import Report

FOLDER = Path(__file__).parent
SCHEMA_FILE = FOLDER / "report-1.schema.json"
STATIC_FOLDER = FOLDER / "static"


def read_template(path: Path) -> Report:
    """Read one template file."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise InvalidTemplateError(f"{path}: not valid YAML: {error}") from error
    try:
        report = Report.model_validate(document)
    except ValidationError as error:
        raise InvalidTemplateError(f"{path}: {_places(error)}") from error
    if report.id != path.stem:
        raise InvalidTemplateError(f"{path}: the id is '{report.id}'; name the file {report.id}.yaml.")
    return report


@cache
def load_templates() -> Mapping[str, Report]:
    """Read every template of this folder, by id."""
    templates: dict[str, Report] = {}
    for path in sorted(FOLDER.glob("*/*.yaml")):
        report = read_template(path)
        if report.id in templates:
            raise InvalidTemplateError(f"{path}: another template already has the id '{report.id}'.")
        templates[report.id] = report
    return MappingProxyType(templates)


def get_template(template_id: str) -> dict[str, object]:
    """Give one template as plain JSON data, as the viewer reads it."""
    templates = load_templates()
    if template_id not in templates:
        raise UnknownTemplateError(template_id, templates)
    return templates[template_id].model_dump(mode="json", exclude_none=True)


def list_templates() -> list[dict[str, object]]:
    """Give id, version, title and summary of every template, for a list to choose from."""
    keys = {"id", "version", "title", "summary", "tier", "audience", "cadence", "tags"}
    return [report.model_dump(mode="json", include=keys, exclude_none=True) for report in load_templates().values()]


def json_schema() -> str:
    """Render the JSON Schema of `report/1` as it is committed."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _places(error: ValidationError) -> str:
    found = [(".".join(str(step) for step in one["loc"]) or "document", one["msg"]) for one in error.errors()]
    return "; ".join(f"{place}: {message}" for place, message in found)
