"""The golden files that hold requests.py and the viewer's requests.ts to the same answers.

Run this file to write them anew after a deliberate change, and read the difference:
    .venv/bin/python -m tests.looker_templates.golden_requests
"""

import json
from datetime import date
from pathlib import Path

import yaml

from looker_templates import Report, load_templates
from looker_templates.controls import DropdownControl
from looker_templates.requests import PageState, control_request, extent_request, item_requests

FOLDER = Path(__file__).parent / "golden"
EVERY_KIND = Report.model_validate(yaml.safe_load(Path(__file__).with_name("every_kind.yaml").read_text("utf-8")))

STATES = {
    "plain": PageState("demo", date(2026, 2, 2), date(2026, 3, 1)),
    "one-client-leap-year": PageState("demo", date(2024, 2, 29), date(2024, 2, 29), client="aegean-stores"),
    "filtered": PageState(
        "main",
        date(2025, 3, 1),
        date(2025, 3, 31),
        client="new-york-city",
        filters={
            "channel": ("voice", None),
            "category": ("Dead Animal", "Animal-Abuse"),
            "city": (None,),
            "team": ("A",),
        },
    ),
    "every-kind": PageState("demo", date(2026, 10, 1), date(2026, 10, 31), today=date(2026, 11, 3)),
    "every-kind-chosen": PageState(
        "demo",
        date(2024, 2, 1),
        date(2024, 2, 29),
        client="aegean-stores",
        filters={"channel": ("voice",), "account": ("Kypseli Foods",), "team": ("A", "B")},
        searches={"category": "Ret"},
        ranges={"score_raw": (0, 6)},
        drills={"bar": ("Returns", None)},
        compare="previous_year",
        today=date(2024, 12, 30),
    ),
}


def document(report: Report, state: PageState) -> dict[str, object]:
    """Ask everything that a page asks, under one state."""
    return {
        "report": report.model_dump(mode="json", exclude_none=True),
        "state": {
            "workspace": state.workspace,
            "client": state.client,
            "start": state.start.isoformat(),
            "end": state.end.isoformat(),
            "filters": {name: list(values) for name, values in state.filters.items()},
            "searches": dict(state.searches),
            "ranges": {name: list(ends) for name, ends in state.ranges.items()},
            "drills": {name: list(path) for name, path in state.drills.items()},
            "compare": state.compare,
            "today": state.today.isoformat(),
        },
        "items": {
            item.id: [{"purpose": ask.purpose, "body": ask.body} for ask in item_requests(report, item, state)]
            for item in report.items
        },
        "controls": {
            control.id: control_request(report, control, state)
            for control in report.controls
            if isinstance(control, DropdownControl)
        },
        "extent": extent_request(report, "ds_tickets", "date_day", "tickets_created", state),
    }


def render(name: str) -> str:
    """Render one golden file."""
    report = EVERY_KIND if name.startswith("every-kind") else load_templates()["first-look"]
    return json.dumps(document(report, STATES[name]), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in STATES:
        (FOLDER / f"{name}.json").write_text(render(name), encoding="utf-8")
