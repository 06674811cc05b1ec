"""The golden files that hold requests.py and the viewer's requests.ts to the same answers.

Run this file to write them anew after a deliberate change, and read the difference:
    .venv/bin/python -m tests.looker_templates.golden_requests
"""

import json
from datetime import date
from pathlib import Path

from looker_templates import Report, load_templates
from looker_templates.requests import PageState, control_request, extent_request, item_requests
from looker_templates.spec import DropdownControl

FOLDER = Path(__file__).parent / "golden"

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
    return json.dumps(document(load_templates()["first-look"], STATES[name]), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in STATES:
        (FOLDER / f"{name}.json").write_text(render(name), encoding="utf-8")
