"""Ready reports: the template format `report/1`, its rules, and the viewer that draws it."""

from looker_templates.build_sheet import BuildSheet, build_sheet, in_english
from looker_templates.doctor import Diagnosis, Finding, SourceFacts, diagnose
from looker_templates.errors import (
    InvalidTemplateError,
    LinkTooLongError,
    RefusedTemplateError,
    TemplateError,
    UnknownTemplateError,
)
from looker_templates.fields import item_dimensions, item_fields, item_metrics
from looker_templates.linking import Copy, blank_link, copy_link
from looker_templates.lint import lint_report
from looker_templates.loader import (
    PICTURES_FOLDER,
    STATIC_FOLDER,
    as_document,
    get_template,
    in_short,
    json_schema,
    load_templates,
    parse_template,
    read_template,
)
from looker_templates.ranges import Days, earlier_range
from looker_templates.requests import PageState, control_request, item_requests
from looker_templates.spec import Report
from looker_templates.wire import Ask, DataRequest

__all__ = [
    "PICTURES_FOLDER",
    "STATIC_FOLDER",
    "Ask",
    "BuildSheet",
    "Copy",
    "DataRequest",
    "Days",
    "Diagnosis",
    "Finding",
    "InvalidTemplateError",
    "LinkTooLongError",
    "PageState",
    "RefusedTemplateError",
    "Report",
    "SourceFacts",
    "TemplateError",
    "UnknownTemplateError",
    "as_document",
    "blank_link",
    "build_sheet",
    "control_request",
    "copy_link",
    "diagnose",
    "earlier_range",
    "get_template",
    "in_english",
    "in_short",
    "item_dimensions",
    "item_fields",
    "item_metrics",
    "item_requests",
    "json_schema",
    "lint_report",
    "load_templates",
    "parse_template",
    "read_template",
]
