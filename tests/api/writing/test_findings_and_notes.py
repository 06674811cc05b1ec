"""Findings: looked for in loaded data, listed with their evidence, decided about; and notes of readers."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.writing.searching import Search
from tests.api.writing.desk import Desk
from warehouse import Mapping

MAY = datetime(2025, 5, 2, 12, tzinfo=UTC)
FIELDS = ["insight_kind", "insight_rule", "insight_severity", "insight_driver", "insight_value", "insight_previous"]
EVER = ("2000-01-01", "2049-12-31")


def tickets(folder: Path) -> Path:
    """Write 40 solved tickets about bills a month from January to April, and in April 30 about a strike, unsolved."""
    lines = [
        f"{month}-{number},{day} 08:00:00,{day} 09:00:00,Bills"
        for month in range(1, 5)
        for number in range(40)
        for day in [f"2025-{month:02}-{number % 28 + 1:02}"]
    ]
    lines += [f"s{number},2025-04-{number + 1:02} 08:00:00,,Strike" for number in range(30)]
    path = folder / "hooli.csv"
    path.write_text("\n".join(["id,created,solved,about", *lines]) + "\n", encoding="utf-8")
    return path


def test_rules_find_the_same_in_the_same_data(at: Desk, tmp_path: Path) -> None:
    columns = {"source_id": "id", "created_at": "created", "solved_at": "solved", "category": "about"}
    mapping = Mapping.model_validate({"entity": "ticket", "timezone": "UTC", "columns": columns})
    at.load("Hooli", tickets(tmp_path), mapping)
    database = at.world.database("main")
    assert database.renew_findings(MAY)
    version = database.data_version()
    assert not database.renew_findings(MAY)
    assert database.data_version() == version
    rate = pytest.approx(4 / 7)
    assert sorted(at.data("insights", FIELDS, *EVER, client="hooli")) == [
        ["audit", "category_pulls_down", "medium", "Strike", 0, rate],
        ["decline", "month_change.resolution_rate", "high", "Strike", rate, 1],
        ["decline", "month_change.tickets_created", "high", "Strike", 70, 40],
    ]
    with database.reading() as cursor:
        rows = cursor.execute(
            "select distinct source_system, opened_on from normalised.insight where insight_status = 'open'"
        ).fetchall()
    assert rows == [("belvedere", date(2025, 5, 1))]

    # Words of ours follow the report's language, and what comes back in a filter is understood.
    body = {
        "languageCode": "pt-BR",
        "configParams": {"dataset": "insights", "client": "hooli"},
        "fields": [{"name": name} for name in ("insight_text", "metric_label", "insights_count")],
    }
    fallen = ["Taxa de resolução: queda de 42,9 pontos em abril de 2025, sobretudo por Strike.", "Taxa de resolução", 1]
    told = at.admin.post("/v1/looker/data", json=body).json()["rows"]
    assert fallen in [row["values"] for row in told]
    assert {row["values"][1] for row in told} == {"Taxa de resolução", "Chamados criados"}
    for place, name in enumerate(("insight_text", "metric_label")):
        wanted = {"fieldName": name, "type": "INCLUDE", "operator": "IN_LIST", "values": [fallen[place]]}
        narrowed = at.admin.post("/v1/looker/data", json=body | {"dimensionsFilters": [[wanted]]}).json()
        assert narrowed["filtersApplied"] is True
        assert [row["values"] for row in narrowed["rows"] if row["values"][0] == fallen[0]] == [fallen]
        assert {row["values"][place] for row in narrowed["rows"]} == {fallen[place]}

    page = at.page("/console/findings?client=hooli")
    link = re.findall(r'href="(/console/explore\?[^"]+)"', page)[0].replace("&amp;", "&")
    assert "dataset=tickets&metrics=" in link
    assert "to=2025-04-30&client=hooli" in link
    key = re.findall(r'name="finding" value="([^"]+)"', page)[0]
    form = {"client": "hooli", "finding": key, "at_client": "hooli", "at_status": "open"}
    assert at.send("/console/findings/decide", "/console/findings", **form, state="acknowledged").status_code == 303
    assert "acknowledged by Ana" in at.page("/console/findings?client=hooli")
    assert at.send("/console/findings/decide", "/console/findings", **form, state="dismissed").status_code == 303
    assert key not in at.page("/console/findings?client=hooli")
    assert key in at.page("/console/findings?client=hooli&decided=dismissed")
    assert at.send("/console/findings/decide", "/console/findings", **form, state="").status_code == 303
    for wrong in ({"finding": "belvedere|none"}, {"client": "initech"}):
        answer = at.send("/console/findings/decide", "/console/findings", **form | wrong, state="dismissed")
        assert answer.status_code == 404

    # Long after the last row nothing is said about months that never ended.
    assert at.send("/console/findings/search", "/console/findings").status_code == 303
    assert at.data("insights", ["insights_count"], *EVER, client=None) == [[None]]


def test_loads_that_follow_one_another_are_looked_at_once(at: Desk) -> None:
    search = Search(at.world.warehouse)
    assert [search.look("main") for _ in range(3)] == [False, True, False]


def test_readers_write_notes_and_people_answer(at: Desk) -> None:
    assert "No open notes" in at.page("/console/notes")
    wish = {"template": "ticket-volume", "client": "acme", "text": "<b>Why</b> so many?", "rating": 4}
    made = at.acme.post("/v1/notes", json=wish)
    assert made.status_code == 201, made.text
    assert (made.json()["author"], made.json()["rating"]) == ("acme only", 4)
    for wrong, status in (
        ({"rating": 6}, 422),
        ({"text": " ", "rating": None}, 400),
        ({"client": "globex"}, 404),
        ({"template": "none"}, 404),
        ({"item": "none"}, 404),
    ):
        assert at.acme.post("/v1/notes", json=wish | wrong).status_code == status, wrong
    page = at.page("/console/notes")
    assert "&lt;b&gt;Why&lt;/b&gt; so many?" in page
    assert "4 of 5" in page
    note = f"/console/notes/{made.json()['id']}"
    assert at.send(note, "/console/notes", do="reply", text="Sales week").status_code == 303
    assert "Ana: Sales week" in at.page("/console/notes")
    assert at.send(note, "/console/notes", do="resolve").status_code == 303
    assert "No open notes" in at.page("/console/notes")
    assert at.send(note, "/console/notes?show=resolved", do="open").status_code == 303
    assert "Sales week" in at.page("/console/notes")
    assert at.send("/console/notes/none", "/console/notes", do="resolve").status_code == 404
    assert at.other.post("/v1/notes", json=wish).status_code == 404
