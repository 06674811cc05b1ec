"""Goals and annotations that people write: in the console and by the API, and at once in what reports ask for."""

import re

import pytest

from tests.api.writing.desk import Desk
from warehouse import Mapping

JANUARY = ("2025-01-01", "2025-01-31")
GOAL_FIELDS = ["metric_id", "goal_target", "goal_actual", "goal_status"]


def test_a_goal_of_the_console_is_beside_its_metric_at_once(at: Desk) -> None:
    assert "No goals yet" in at.page("/console/goals")
    tickets = at.data("tickets", ["tickets_created"], *JANUARY)[0][0]
    form = {"client": "acme", "metric": "tickets_created", "grain": "month", "first": "2025-01-15"}
    form |= {"last": "2025-02-03", "direction": "down", "target": "100"}
    saved = at.send("/console/goals/new", "/console/goals/new", **form)
    assert saved.headers["location"] == "/console/goals?said=saved"
    asked = ["tickets_created", "tickets_created__goal", "tickets_created__status"]
    assert at.data("tickets", asked, *JANUARY) == [[tickets, 100, "watch"]]
    assert at.data("goals", GOAL_FIELDS, *JANUARY) == [["tickets_created", 100, tickets, "watch"]]
    page = at.page("/console/goals?client=acme")
    assert "Jan 2025 to Feb 2025" in page
    assert "at most 100" in page
    assert at.data("goals", GOAL_FIELDS, *JANUARY, client="globex") == []

    goal = re.findall(r'href="/console/goals/([0-9a-f]{16})"', page)[0]
    twice = at.send("/console/goals/new", "/console/goals/new", **form | {"first": "2025-02-01", "last": ""})
    assert twice.status_code == 422
    assert "Feb 2025 already" in twice.text
    assert at.send(f"/console/goals/{goal}/copy", f"/console/goals/{goal}", growth="10 %").status_code == 303
    assert at.data("tickets", ["tickets_created__goal"], "2026-01-01", "2026-01-31") == [[pytest.approx(110)]]
    changed = at.send(f"/console/goals/{goal}", f"/console/goals/{goal}", **form | {"target": "90"})
    assert changed.status_code == 303
    assert at.data("tickets", ["tickets_created__goal"], *JANUARY) == [[90]]
    assert at.send(f"/console/goals/{goal}/remove", "/console/goals").status_code == 303
    assert at.data("tickets", ["tickets_created__goal"], *JANUARY) == [[None]]


def test_forms_say_what_is_wrong(at: Desk) -> None:
    form = {"client": "acme", "metric": "first_reply_rate", "grain": "month", "first": "2025-01-01", "target": "82 %"}
    for wrong, said in (
        ({"metric": "nothing"}, "Choose the metric"),
        ({"target": "many"}, "must be a number"),
        ({"target": ""}, "Give the target"),
        ({"first": "January"}, "must be a day such as"),
        ({"last": "2024-12-01"}, "lies before the first"),
        ({"grain": "decade"}, "Choose the period"),
    ):
        answer = at.send("/console/goals/new", "/console/goals/new", **form | {"metric": "csat_rate"} | wrong)
        assert answer.status_code == 422, answer.text
        assert said in answer.text
    assert at.send("/console/goals/new", "/console/goals/new", **form | {"client": "initech"}).status_code in (404, 422)


def test_goals_by_the_api_stay_in_their_workspace(at: Desk) -> None:
    wish = {"client": "globex", "metric": "csat_rate", "first": "2025-03-01", "last": "2025-05-01", "target": 0.9}
    assert at.acme.post("/v1/goals", json=wish).status_code == 403
    assert at.other.post("/v1/goals", json=wish).status_code == 404
    made = at.admin.post("/v1/goals", json=wish)
    assert made.status_code == 201, made.text
    goal = made.json()
    assert (goal["direction"], goal["last"], goal["periods"][0]["actual"]) == ("up", "2025-05-01", None)
    assert at.data("goals", ["goal_target"], "2025-03-01", "2025-03-31", client="globex") == [[0.9]]
    assert [one["id"] for one in at.admin.get("/v1/goals?client=globex").json()["goals"]] == [goal["id"]]
    assert at.other.get("/v1/goals").json() == {"goals": []}
    assert at.other.delete(f"/v1/goals/{goal['id']}").status_code == 404
    assert at.admin.delete(f"/v1/goals/{goal['id']}").status_code == 204
    assert at.data("goals", ["goal_target"], "2025-03-01", "2025-03-31", client="globex") == [[None]]


def test_goals_of_sources_keep_their_place(at: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("goals") / "goals.csv"
    path.write_text("id,metric,start,grain,target\n1,tickets_created,2025-06-01,month,77\n", encoding="utf-8")
    columns = {"source_id": "id", "metric_id": "metric", "period_start": "start", "period_grain": "grain"}
    mapping = Mapping.model_validate({"entity": "goal", "source": "plan", "columns": {**columns, "target": "target"}})
    at.load("Globex", path, mapping)
    june = ("2025-06-01", "2025-06-30")
    assert at.data("tickets", ["tickets_created__goal"], *june, client="globex") == [[77]]
    wish = {"client": "globex", "metric": "tickets_created", "first": "2025-06-01", "target": 50}
    refused = at.admin.post("/v1/goals", json=wish)
    assert refused.status_code == 409
    assert "Jun 2025" in refused.json()["error"]["message"]
    made = at.admin.post("/v1/goals", json=wish | {"first": "2025-07-01"}).json()
    assert at.data("tickets", ["tickets_created__goal"], *june, client="globex") == [[77]]
    assert at.admin.delete(f"/v1/goals/{made['id']}").status_code == 204
    assert at.data("goals", ["goal_target"], "2025-01-01", "2025-12-31", client="globex") == [[77]]


NOTE_FIELDS = ["annotation_kind", "annotation_text", "recommendation"]


def test_annotations_are_in_their_dataset_at_once(at: Desk) -> None:
    assert "No annotations yet" in at.page("/console/annotations")
    form = {"client": "acme", "kind": "cause", "starts_on": "2025-01-10", "text": "A strike <b>of couriers</b>"}
    form |= {"recommendation": "Ask two couriers"}
    path = "/console/annotations/new"
    assert at.send(path, path, **form).headers["location"] == "/console/annotations?said=saved"
    assert at.data("annotations", NOTE_FIELDS, *JANUARY) == [["cause", form["text"], "Ask two couriers"]]
    page = at.page("/console/annotations")
    assert "&lt;b&gt;of couriers" in page
    assert at.send(path, path, **form | {"ends_on": "2025-01-01"}).status_code == 422
    assert at.send(path, path, **form | {"kind": "rumour"}).status_code == 422

    everyone = {"kind": "market", "starts_on": "2025-01-20", "ends_on": "2025-01-22", "text": "Fuel costs more"}
    made = at.admin.post("/v1/annotations", json=everyone)
    assert made.status_code == 201, made.text
    assert at.data("annotations", ["annotation_text"], *JANUARY, client="globex") == [["Fuel costs more"]]
    assert at.data("annotations", ["annotations_count"], *JANUARY) == [[2]]
    other = {**everyone, "client": "acme"}
    assert at.other.post("/v1/annotations", json=other).status_code == 404
    assert at.acme.get("/v1/annotations").status_code == 403
    assert at.other.delete(f"/v1/annotations/{made.json()['id']}").status_code == 404
    assert at.admin.delete(f"/v1/annotations/{made.json()['id']}").status_code == 204
    found = re.findall(r'href="/console/annotations/([0-9a-f]{16})"', page)[0]
    edited = at.send(f"/console/annotations/{found}", f"/console/annotations/{found}", **form | {"text": "It rained"})
    assert edited.status_code == 303
    assert at.data("annotations", ["annotation_text"], *JANUARY) == [["It rained"]]
    assert at.send(f"/console/annotations/{found}/remove", "/console/annotations/new").status_code == 303
    assert at.data("annotations", ["annotation_text"], *JANUARY) == []
