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

# The safe loader written in C, where the system has it: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FOLDER = Path(__file__).parent
SCHEMA_FILE = FOLDER / "report-1.schema.json"
STATIC_FOLDER = FOLDER / "static"
PICTURES_FOLDER = FOLDER / "pictures"


def read_template(path: Path) -> Report:
    """Read one template file."""
    report = parse_template(path.read_text(encoding="utf-8"), str(path))
    if report.id != path.stem:
        raise InvalidTemplateError(f"{path}: the id is '{report.id}'; name the file {report.id}.yaml.")
    return report


def parse_template(text: str, place: str) -> Report:
    """Read a template from YAML or JSON; `place` is what errors call it."""
    try:
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        raise InvalidTemplateError(f"{place}: not valid YAML: {error}") from error
    try:
        return Report.model_validate(document)
    except ValidationError as error:
        raise InvalidTemplateError(f"{place}: {_places(error)}") from error


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
    """Give one of our templates as plain JSON data, as the viewer reads it."""
    templates = load_templates()
    if template_id not in templates:
        raise UnknownTemplateError(template_id, templates)
    return as_document(templates[template_id])


def as_document(report: Report) -> dict[str, object]:
    """Give a template as plain JSON data, as the viewer reads it."""
    return report.model_dump(mode="json", exclude_none=True)


def in_short(report: Report) -> dict[str, object]:
    """Give what a list of templates shows of one."""
    keys = {"id", "version", "title", "summary", "tier", "audience", "cadence", "use_cases", "tags", "locales"}
    return report.model_dump(mode="json", include=keys, exclude_none=True)


def json_schema() -> str:
    """Render the JSON Schema of `report/1` as it is committed."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Report.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _places(error: ValidationError) -> str:
    found = [(".".join(str(step) for step in one["loc"]) or "document", one["msg"]) for one in error.errors()]
    return "; ".join(f"{place}: {message}" for place, message in found)
