"""What the viewer asks, asked by Looker Studio: through the connector on its emulator, and aggregated anew."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from looker_templates import DataRequest, Report, load_templates
from tests.looker_simulator import Field, chart, read_fields, read_rows, request
from tests.looker_templates.conftest import DemoServer
from tests.looker_templates.test_on_demo import asked, same

REPLAY = Path(__file__).parents[2] / "apps_script" / "test" / "replay.js"
TEMPLATES = list(load_templates().values())


def bodies(reports: Sequence[Report]) -> Iterator[DataRequest]:
    """List the different requests that the reports send when they open."""
    found = {json.dumps(ask.body): ask.body for report in reports for _, ask in asked(report, None)}
    yield from found.values()


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
def test_the_connector_gives_what_the_viewer_shows(demo_server: DemoServer, tmp_path: Path) -> None:
    # What a page draws first; goals are left out, which a data source lists only when it is told to.
    drawn = {
        json.dumps(ask.body): ask.body for one in TEMPLATES for _, ask in asked(one, None) if ask.purpose == "main"
    }
    wishes = [body for text, body in drawn.items() if "__goal" not in text]
    charts = [as_chart(body) for body in wishes]
    file = tmp_path / "charts.json"
    file.write_text(json.dumps(charts), encoding="utf-8")
    command = ["node", str(REPLAY), demo_server.address, demo_server.key, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert len(answers) == len(wishes) > 200
    for body, answer in zip(wishes, answers, strict=True):
        names = [one["name"] for one in body["fields"]]
        theirs = [[row[name] for name in names] for row in answer["rows"]]
        ours = [row["values"] for row in demo_server.post("/v1/looker/data", body)["rows"]]
        # The request of a report names a field that it filters by; both answers are the same rows.
        assert ordered(theirs) == ordered(ours), body


def as_chart(body: DataRequest) -> dict[str, object]:
    """Say a request as the emulator's Looker Studio is told of a chart."""
    params: dict[str, str] = {"client": "all_clients"}
    params.update(body["configParams"])
    return {
        "configParams": params,
        "fields": [one["name"] for one in body["fields"]],
        "dateRange": body["dateRange"],
        **({"filters": body["dimensionsFilters"]} if "dimensionsFilters" in body else {}),
    }


def ordered(rows: list[list[Any]]) -> list[str]:
    """Put rows into an order that does not depend on the answer; JavaScript writes 2.0 as 2."""
    plain = [[int(one) if isinstance(one, float) and one.is_integer() else one for one in row] for row in rows]
    return sorted(json.dumps(row) for row in plain)


@pytest.mark.parametrize("report", TEMPLATES, ids=lambda one: one.id)
def test_charts_of_looker_studio_show_the_same(report: Report, demo_server: DemoServer) -> None:
    """Ask for a chart as Looker Studio does, formulas by their parts, and let it aggregate the rows again."""
    schemas: dict[str, dict[str, Field]] = {}
    problems = []
    for body in bodies([report]):
        names = [one["name"] for one in body["fields"]]
        params = body["configParams"]
        fields = schemas.setdefault(
            json.dumps(params),
            read_fields(demo_server.post("/v1/looker/schema", {"configParams": params})["schema"]),
        )
        if any("__" in name for name in names):
            continue  # goals are fields of their own, without a formula
        dimensions = [name for name in names if fields[name].concept == "DIMENSION"]
        metrics = [name for name in names if name not in dimensions]
        filters = body.get("dimensionsFilters", [])
        dates = (body["dateRange"]["startDate"], body["dateRange"]["endDate"])
        wish = request(fields, dimensions, metrics, dates=dates, filters=filters)
        drawn = chart(
            fields,
            demo_server.post("/v1/looker/data", {"configParams": params, **wish}),
            dimensions,
            metrics,
            filters=filters,
        )
        shown = read_rows(demo_server.post("/v1/looker/data", body))
        key = dimensions or [""]
        ours = {tuple(str(row.get(name)) for name in key): row for row in shown}
        theirs = {tuple(str(row.get(name)) for name in key): row for row in drawn}
        differ = [
            (place, name, ours[place][name], row[name])
            for place, row in theirs.items()
            for name in metrics
            if place in ours and not equal(ours[place][name], row[name])
        ]
        if set(ours) != set(theirs) or differ:
            problems.append(f"{names}: {len(ours)} and {len(theirs)} rows, {differ[:3]}")
    assert problems == []


def equal(ours: Any, theirs: Any) -> bool:
    """Compare numbers to nine digits, also those that are sent as texts, and other texts as they are."""
    try:
        return same(ours, theirs)
    except ValueError:
        return bool(ours == theirs)
