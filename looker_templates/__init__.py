"""Ready reports: the template format `report/1`, its rules, and the viewer that draws it."""

from looker_templates.build_sheet import BuildSheet, build_sheet, in_english
from looker_templates.clauses import one_of
from looker_templates.controls import DropdownControl, Preset, ToggleControl
from looker_templates.doctor import Diagnosis, Finding, SourceFacts, diagnose
from looker_templates.draw import FONTS_FOLDER, Press, PressLimits
from looker_templates.errors import (
    DrawingError,
    DrawingLimitError,
    DrawingSetupError,
    InvalidTemplateError,
    LinkTooLongError,
    PressBusyError,
    RefusedTemplateError,
    TemplateError,
    UnknownTemplateError,
)
from looker_templates.fields import item_dimensions, item_fields, item_metrics
from looker_templates.items import Commentary, DataItem, Item, Words
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
from looker_templates.presets import default_range, period_control, preset_range, within
from looker_templates.ranges import ALL_TIME, Days, earlier_range
from looker_templates.requests import PageState, control_request, extent_request, item_requests
from looker_templates.spec import Report, Row
from looker_templates.wire import Ask, DataRequest

__all__ = [
    "ALL_TIME",
    "FONTS_FOLDER",
    "PICTURES_FOLDER",
    "STATIC_FOLDER",
    "Ask",
    "BuildSheet",
    "Commentary",
    "Copy",
    "DataItem",
    "DataRequest",
    "Days",
    "Diagnosis",
    "DrawingError",
    "DrawingLimitError",
    "DrawingSetupError",
    "DropdownControl",
    "Finding",
    "InvalidTemplateError",
    "Item",
    "LinkTooLongError",
    "PageState",
    "Preset",
    "Press",
    "PressBusyError",
    "PressLimits",
    "RefusedTemplateError",
    "Report",
    "Row",
    "SourceFacts",
    "TemplateError",
    "ToggleControl",
    "UnknownTemplateError",
    "Words",
    "as_document",
    "blank_link",
    "build_sheet",
    "control_request",
    "copy_link",
    "default_range",
    "diagnose",
    "earlier_range",
    "extent_request",
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
    "one_of",
    "parse_template",
    "period_control",
    "preset_range",
    "read_template",
    "within",
]
