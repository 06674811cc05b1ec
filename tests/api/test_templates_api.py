"""Templates over HTTP and in the console: the list, the doctor, links, the build sheet, and templates of one's own."""

import csv
import io
import re
from collections.abc import Iterator

import httpx2
import pytest
import yaml

from api.workspaces.service import create_key, find_or_create_workspace
from looker_templates import as_document, load_templates
from tests.api.browsing import forget_people
from tests.api.serving import Served
from tests.plain_http import client_of

DEPLOYMENT = "AKfycbxSomethingLongEnough"
MASTER = "https://looker.example/reporting/0B5FF6JBKbNJxOWItcWo2SVVVeGc/page/p1"


@pytest.fixture
def admin(served: Served) -> Iterator[httpx2.Client]:
    main = find_or_create_workspace(served.world.metadata, "main")
    with served.client(create_key(served.world.metadata, main, "admin", admin=True).secret) as client:
        yield client


def own_template() -> str:
    document = as_document(load_templates()["first-look"]) | {"id": "our-own", "title": "Our own"}
    return yaml.safe_dump(document)


class TestOverHttp:
    def test_the_doctor_speaks_of_what_the_caller_sees(self, served: Served) -> None:
        with served.client(served.key) as client:
            ready = client.get("/v1/templates/first-look/doctor", params={"client": "acme"}).json()
            blocked = client.get("/v1/templates/revenue/doctor").json()
        assert ready["state"] in {"ready", "ready_with_gaps"}
        assert not any(one["blocks"] for one in ready["findings"])
        assert blocked["state"] == "blocked"
        nothing = next(one for one in blocked["findings"] if one["dataset"] == "revenue")
        assert nothing["kind"] == "no_data"
        assert "Stripe" in nothing["fix"]
        assert "QuickBooks" in nothing["fix"]
        with served.client(served.acme_key) as client:
            assert client.get("/v1/templates/first-look/doctor", params={"client": "globex"}).status_code == 404

    def test_charts_are_added_to_a_report_of_ones_own(self, served: Served, admin: httpx2.Client) -> None:
        bars = {"id": "bars", "type": "bar", "span": 12, "dimensions": ["channel"], "metrics": ["tickets_created"]}
        cards = [{"id": "bars", "type": "kpi", "metrics": ["tickets_created"]}]
        at = "/v1/templates/my-reports/items"
        try:
            first = admin.post(at, json={"dataset": "tickets", "items": [bars]})
            again = admin.post(at, json={"dataset": "tickets", "items": cards})
            assert (first.status_code, again.status_code) == (201, 201), first.text + again.text
            assert (first.json()["version"], again.json()["version"]) == ("1.0.0", "1.0.1")
            rows = admin.get("/v1/templates/my-reports").json()["pages"][0]["rows"]
            assert [[one["id"] for one in row["items"]] for row in rows] == [["bars"], ["bars_2"]]
            wrong = bars | {"metrics": ["no_such_metric"]}
            assert admin.post(at, json={"dataset": "tickets", "items": [wrong]}).status_code == 422
            assert admin.post(at, json={"dataset": "no_such_set", "items": [bars]}).status_code == 400
            body = {"dataset": "tickets", "items": [bars]}
            assert admin.post("/v1/templates/first-look/items", json=body).status_code == 409
            assert admin.post("/v1/templates/nowhere/items", json=body).status_code == 404
            with served.client(served.key) as reader:
                assert reader.post(at, json=body).status_code == 403
            assert admin.get("/v1/templates/my-reports").json()["version"] == "1.0.1"
        finally:
            admin.delete("/v1/templates/my-reports")

    def test_a_template_of_ones_own_is_listed_served_and_removed(self, served: Served, admin: httpx2.Client) -> None:
        assert admin.post("/v1/templates", content=own_template()).status_code == 201
        try:
            listed = [one["id"] for one in admin.get("/v1/templates").json()["templates"]]
            assert "our-own" in listed
            again = yaml.safe_load(admin.get("/v1/templates/our-own/file").text)
            assert again["title"] == "Our own"
            assert admin.post("/v1/templates", content=admin.get("/v1/templates/our-own/file").text).status_code == 201
            with served.client(served.other_key) as stranger:
                assert stranger.get("/v1/templates/our-own").status_code == 404
        finally:
            assert admin.delete("/v1/templates/our-own").status_code == 204
        assert admin.get("/v1/templates/our-own").status_code == 404
        assert admin.delete("/v1/templates/first-look").status_code == 404

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (("id: our-own", "id: first-look"), "comes with the product"),
            (("metrics:\n      - tickets_created", "metrics:\n      - tickets_invented"), "tickets_invented"),
            (("format: report/1", "format: report/9"), "format"),
            (
                (
                    "format: report/1",
                    "format: [",
                ),
                "not valid YAML",
            ),
        ],
    )
    def test_what_cannot_be_used_is_refused_with_its_place(
        self, admin: httpx2.Client, change: tuple[str, str], said: str
    ) -> None:
        text = own_template()
        assert change[0] in text
        answer = admin.post("/v1/templates", content=text.replace(*change, 1))
        assert 400 <= answer.status_code < 500
        assert said in answer.text

    def test_who_only_reads_adds_nothing(self, served: Served) -> None:
        with served.client(served.key) as client:
            assert client.post("/v1/templates", content=own_template()).status_code == 403


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[httpx2.Client]:
    token = served.world.people.owner_token()
    headers = {"accept": "text/html", "origin": served.address}
    with client_of(served.address, headers=headers) as client:
        form = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
        answer = client.post(f"/console/welcome/{token}", data=form)
        assert answer.status_code == 303, answer.text
        yield client
    forget_people(served)


class TestInTheConsole:
    def csrf(self, browser: httpx2.Client, path: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)
        assert found is not None
        return found[1]

    def test_from_gallery_to_one_link_for_each_client(self, browser: httpx2.Client) -> None:
        gallery = browser.get("/console/reports", params={"workspace": "main"}).text
        assert all(f'href="/console/reports/{name}"' in gallery for name in load_templates())
        assert "Ready" in gallery
        path = "/console/reports/first-look"
        assert "Which connector?" in browser.get(f"{path}/copy").text
        csrf = self.csrf(browser, f"{path}/copy")
        wrong = browser.post(
            "/console/reports/connector", data={"csrf": csrf, "template": "first-look", "deployment_id": "x"}
        )
        assert wrong.status_code == 422
        given = {"csrf": csrf, "template": "first-look", "deployment_id": DEPLOYMENT}
        assert browser.post("/console/reports/connector", data=given).status_code == 303
        assert "Blank report" in browser.get(f"{path}/copy").text
        assert browser.post(f"{path}/build", data={"csrf": csrf, "report": "elsewhere"}).status_code == 422
        assert browser.post(f"{path}/build", data={"csrf": csrf, "report": MASTER}).status_code == 303
        rows = list(csv.reader(io.StringIO(browser.get(f"{path}/copies.csv").text.removeprefix("\ufeff"))))
        assert rows[0] == ["client", "report", "copy", "blank report"]
        assert [row[0] for row in rows[1:]] == ["Acme", "Globex"]
        assert "c.reportId=0B5FF6JBKbNJxOWItcWo2SVVVeGc" in rows[1][2]
        assert "ds.%2A.client=acme&" in rows[1][2]
        assert "ds.%2A.client=globex&" in rows[2][2]

    def test_the_build_sheet_is_a_table_too(self, browser: httpx2.Client) -> None:
        assert "Scorecard" in browser.get("/console/reports/first-look/build").text
        rows = list(csv.reader(io.StringIO(browser.get("/console/reports/first-look/build.csv").text)))
        assert len(rows) > 30
        assert len({len(row) for row in rows}) == 1

    def test_a_pasted_template_is_checked_and_a_wrong_one_is_given_back(self, browser: httpx2.Client) -> None:
        csrf = self.csrf(browser, "/console/reports/add")
        wrong = browser.post("/console/reports/add", data={"csrf": csrf, "text": "format: <b>"})
        assert wrong.status_code == 422
        assert "format: &lt;b&gt;" in wrong.text
        assert browser.post("/console/reports/add", data={"csrf": csrf, "text": own_template()}).status_code == 303
        assert "added here" in browser.get("/console/reports/our-own").text
