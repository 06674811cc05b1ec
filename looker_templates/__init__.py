"""Ready reports: the template format `report/1`, its rules, and the viewer that draws it."""

from looker_templates.errors import InvalidTemplateError, TemplateError, UnknownTemplateError
from looker_templates.lint import lint_report
from looker_templates.loader import (
    STATIC_FOLDER,
    get_template,
    json_schema,
    list_templates,
    load_templates,
    read_template,
)
from looker_templates.spec import Report

__all__ = [
    "STATIC_FOLDER",
    "InvalidTemplateError",
    "Report",
    "TemplateError",
    "UnknownTemplateError",
    "get_template",
    "json_schema",
    "lint_report",
    "list_templates",
    "load_templates",
    "read_template",
]
