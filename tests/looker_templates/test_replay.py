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
    assert len(wishes) > 200
    # The age of what is open moves while the answers come in: what differs is asked once more, at one moment.
    differ = told_otherwise(demo_server, wishes, tmp_path / "charts.json")
    assert len(differ) < 10
    assert told_otherwise(demo_server, differ, tmp_path / "again.json") == []


def told_otherwise(demo_server: DemoServer, wishes: Sequence[DataRequest], file: Path) -> list[DataRequest]:
    """Return the requests to which the connector, on its emulator, gives other rows than the server."""
    if not wishes:
        return []
    file.write_text(json.dumps([as_chart(body) for body in wishes]), encoding="utf-8")
    command = ["node", str(REPLAY), demo_server.address, demo_server.key, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert len(answers) == len(wishes)
    differ = []
    for body, answer in zip(wishes, answers, strict=True):
        names = [one["name"] for one in body["fields"]]
        theirs = [[row[name] for name in names] for row in answer["rows"]]
        ours = [row["values"] for row in demo_server.post("/v1/looker/data", body)["rows"]]
        # The request of a report names a field that it filters by; both answers are the same rows.
        if ordered(theirs) != ordered(ours):
            differ.append(body)
    return differ


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


@pytest.mark.parametrize("grain", ["week", "month"])
def test_days_that_looker_studio_puts_together_are_the_week_or_month_we_give(
    grain: str, demo_server: DemoServer
) -> None:
    """Draw each chart over time by days, as one who changes the grain of Date in the chart, and by the field itself."""
    problems, compared = [], set()
    bodies_by_day = {
        json.dumps(in_grain(ask.body, "date_day")): ask.body
        for one in TEMPLATES
        for _, ask in asked(one, None)
        if ask.purpose == "main" and time_of(ask.body) is not None
    }
    schemas: dict[str, dict[str, Field]] = {}
    for body in bodies_by_day.values():
        params = body["configParams"]
        fields = schemas.setdefault(
            json.dumps(params),
            read_fields(demo_server.post("/v1/looker/schema", {"configParams": params})["schema"]),
        )
        names = [one["name"] for one in in_grain(body, "date_day")["fields"]]
        # A median, a share or a stock is marked Auto: its days cannot be put together, and its description says so.
        metrics = [
            name
            for name in names
            if fields[name].concept == "METRIC" and adds_up(fields, name) and has_days(demo_server, params, name)
        ]
        dimensions = [name for name in names if fields[name].concept == "DIMENSION"]
        if not metrics:
            continue
        filters = body.get("dimensionsFilters", [])
        dates = (body["dateRange"]["startDate"], body["dateRange"]["endDate"])
        wish = request(fields, dimensions, metrics, dates=dates, filters=filters)
        answer = demo_server.post("/v1/looker/data", {"configParams": params, **wish})
        drawn = chart(fields, answer, dimensions, metrics, filters=filters, grains={"date_day": grain})
        direct = in_grain(body, f"date_{grain}", [*dimensions, *metrics])
        shown = read_rows(demo_server.post("/v1/looker/data", direct))
        ours = {tuple(str(row[renamed(name, grain)]) for name in dimensions): row for row in shown}
        theirs = {tuple(str(row[name]) for name in dimensions): row for row in drawn}
        differ = [
            (key, name, ours[key][name], row[name])
            for key, row in theirs.items()
            for name in metrics
            if key in ours and not equal(ours[key][name], row[name])
        ]
        compared |= set(metrics)
        if set(ours) != set(theirs) or differ:
            problems.append(f"{dimensions}, {metrics}: {len(ours)} and {len(theirs)} rows, {differ[:3]}")
    assert problems == []
    assert len(compared) > 25


def time_of(body: DataRequest) -> str | None:
    """Return the one field of time among those that a chart is drawn by."""
    found = [one["name"] for one in body["fields"] if one["name"] in ("date_day", "date_week", "date_month")]
    return found[0] if len(found) == 1 else None


def in_grain(body: DataRequest, name: str, wanted: Sequence[str] = ()) -> DataRequest:
    """Return the request with another field of time; with `wanted` for these fields alone."""
    time = time_of(body)
    names = wanted or [one["name"] for one in body["fields"]]
    changed: Any = {**body, "fields": [{"name": name if one in (time, "date_day") else one} for one in names]}
    found: DataRequest = changed
    return found


def renamed(name: str, grain: str) -> str:
    """Return the field of a grain in the place of the day."""
    return f"date_{grain}" if name == "date_day" else name


def adds_up(fields: dict[str, Field], name: str) -> bool:
    """Say whether Looker Studio may put the field's values together, itself or its formula's parts."""
    return fields[name].formula is not None or fields[name].aggregation != "AUTO"


def has_days(server: DemoServer, params: object, metric: str) -> bool:
    """Say whether a metric is known by day; some are by month only, and the answer says so."""
    body = {"configParams": params, "fields": [{"name": "date_day"}, {"name": metric}]}
    day = {"dateRange": {"startDate": "2026-01-01", "endDate": "2026-01-01"}}
    answer = server.http.post("/v1/looker/data", json=body | day)
    if answer.status_code == 400:
        assert answer.json()["error"]["code"] == "incompatible_fields"
    return answer.status_code == 200


def equal(ours: Any, theirs: Any) -> bool:
    """Compare numbers to nine digits, also those that are sent as texts, and other texts as they are."""
    try:
        return same(ours, theirs)
    except ValueError:
        return bool(ours == theirs)
