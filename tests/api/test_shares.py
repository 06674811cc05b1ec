"""Share links: what they show, and everything that their holders try and may not."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import delete, update

from api.errors import InvalidSettingError, RateLimitExceededError
from api.people.models import MembershipRow, PersonRow, PersonSessionRow
from api.policy import ancestors_of, policy
from api.shares.confining import fields_of, is_shown, shows_text
from api.shares.links import GONE
from api.shares.models import ShareRow
from api.shares.records import ShareLimits
from api.telemetry import redact
from api.workspaces.models import now
from api.workspaces.service import create_key, find_or_create_workspace
from looker_templates import PageState, item_requests, load_templates
from schemas import load_model
from tests.api.asking import ALL_DAYS, ask, body_of, condition
from tests.api.serving import Served
from tests.plain_http import client_of

EMAIL = condition("channel", "IN_LIST", "Email")


@dataclass(frozen=True)
class Link:
    """A link that was made, and the token in its address."""

    id: str
    address: str

    @property
    def token(self) -> str:
        return self.address.rpartition("/")[2]


@pytest.fixture(scope="module")
def admin(served: Served) -> Iterator[httpx2.Client]:
    main = find_or_create_workspace(served.world.metadata, "main")
    with served.client(create_key(served.world.metadata, main, "shares", admin=True).secret) as client:
        yield client


@pytest.fixture(scope="module")
def owner(served: Served) -> Iterator[str]:
    """Give the session of an owner; the server is other tests' too, so nobody is left behind."""
    token = served.world.people.owner_token()
    assert token is not None
    yield served.world.people.make_owner(token, "ana@example.com", "Ana", "a sentence that is long enough").secret
    with served.world.metadata.write() as session:
        for table in (PersonSessionRow, MembershipRow, PersonRow):
            session.execute(delete(table))


def made(admin: httpx2.Client, **wish: object) -> Link:
    answer = admin.post("/v1/shares", json={"report": "ticket-volume", "kind": "link", "clients": ["acme"], **wish})
    assert answer.status_code == 201, answer.text
    return Link(answer.json()["id"], answer.json()["address"])


def numbers(served: Served, token: str, *fields: str, **rest: Any) -> list[list[Any]]:
    return sorted(ask(served, body_of(*fields, **rest), token).values, key=str)


def sources_of(document: Any) -> set[str]:
    items = [item for page in document["pages"] for row in page["rows"] for item in row["items"]]
    return {item["source"] for item in items if "source" in item}


class TestWhatALinkShows:
    def test_only_its_client_under_its_filters_whatever_is_asked(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, filters={"channel": ["Email"]})
        held = numbers(served, served.key, "category", "tickets_created", client="acme", dimensionsFilters=[[EMAIL]])
        everything = numbers(served, served.key, "category", "tickets_created")
        assert held != everything

        for client in (None, "acme", "all_clients"):
            assert numbers(served, link.token, "category", "tickets_created", client=client) == held
        # Its own filter, another value, the opposite, any value, an alternative beside it: they only ever narrow.
        for clauses in (
            [EMAIL],
            [condition("channel", "IN_LIST", "Email", "Chat")],
            [EMAIL, condition("channel", "IN_LIST", "Chat"), condition("channel", "IS_NULL")],
        ):
            assert numbers(served, link.token, "category", "tickets_created", dimensionsFilters=[clauses]) == held
        for clause in (condition("channel", "IN_LIST", "Chat"), condition("channel", "IN_LIST", "Email", exclude=True)):
            assert numbers(served, link.token, "category", "tickets_created", dimensionsFilters=[[clause]]) == []
        # A filter that cannot act here makes all filters step back for Looker Studio; never for a link.
        metric = condition("tickets_created", "NUMERIC_GREATER_THAN", "0")
        body = body_of("channel", "category", "tickets_created", client="acme", dimensionsFilters=[[metric]])
        # Nor does an answer that was made for somebody else, of the same question, stand in for its own.
        stepped_back = ask(served, {**body, "dimensionsFilters": [[EMAIL], [metric]]})
        assert not stepped_back.filters_applied
        with served.client(link.token) as holder:
            answer = holder.post("/v1/looker/data", json=body)
        assert answer.status_code == 404
        assert "cannot be narrowed" in answer.json()["error"]["message"]

    def test_only_its_days(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, **{"from": "2025-02-01", "to": "2025-02-28"})
        february = {"startDate": "2025-02-01", "endDate": "2025-02-28"}
        held = numbers(served, served.key, "category", "tickets_created", client="acme", dateRange=february)

        assert numbers(served, link.token, "category", "tickets_created") == held
        assert numbers(served, link.token, "category", "tickets_created", dateRange=None) == held
        january = {"startDate": "2025-01-01", "endDate": "2025-01-31"}
        assert numbers(served, link.token, "category", "tickets_created", dateRange=january) == []
        assert numbers(served, link.token, "tickets_created", dateRange=january) == []
        with served.client(link.token) as client:
            for made_field in ("tickets_created__prev", "tickets_created__yoy", "tickets_created__change_pct"):
                assert client.post("/v1/looker/data", json=body_of(made_field)).status_code == 404

    def test_the_page_its_template_and_its_fields(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, name="For the board", filters={"channel": ["Email"]})
        with served.stranger() as anybody:
            page = anybody.get(f"/s/{link.token}")
        assert page.status_code == 200
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "no-store" in page.headers["cache-control"]
        with served.client(link.token) as client:
            session = client.get("/v1/session").json()
            template = client.get("/v1/templates/ticket-volume")
            schema = client.post("/v1/looker/schema", json={"configParams": {"dataset": "tickets"}}).json()["schema"]
        assert [one["slug"] for one in session["clients"]] == ["acme"]
        assert session["share"] == {"report": "ticket-volume", "filters": {"channel": ["Email"]}, "days": None}
        assert session["can"] == ["pdf", "note"]
        assert "globex" not in json.dumps(session).lower()
        assert template.json()["id"] == "ticket-volume"
        names = {field["name"] for field in schema}
        shown = fields_of(load_templates()["ticket-volume"])["tickets"]
        assert "tickets_created" in names
        assert names <= shown
        listed = next(one for one in admin.get("/v1/shares").json()["shares"] if one["id"] == link.id)
        assert (listed["opened"], listed["name"], listed["clients"]) == (1, "For the board", ["acme"])
        assert link.token not in json.dumps(admin.get("/v1/shares").json())


class TestWhatALinkMayNot:
    def test_everything_else_is_not_there(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, filters={"channel": ["Email"]})
        asked: list[tuple[str, str, object]] = [
            ("POST", "/v1/looker/data", body_of("tickets_created", client="globex")),
            ("POST", "/v1/looker/data", body_of("tickets_created", client="acme,globex")),
            ("POST", "/v1/looker/data", {"configParams": {"dataset": "tickets", "workspace": "other"}}),
            ("POST", "/v1/looker/data", {"configParams": {"dataset": "surveys"}, "fields": [{"name": "csat_score"}]}),
            ("POST", "/v1/looker/data", {"configParams": {"dataset": "no_such"}, "fields": [{"name": "csat_score"}]}),
            ("POST", "/v1/looker/data", body_of("city", "tickets_created")),
            ("POST", "/v1/looker/data", body_of("no_such_field")),
            ("POST", "/v1/looker/data", body_of("tickets_created", {"name": "city", "forFilterOnly": True})),
            ("POST", "/v1/looker/data", body_of(
                "tickets_created", dimensionsFilters=[[condition("city", "IN_LIST", "Porto")]])),
            ("POST", "/v1/looker/schema", {"configParams": {"dataset": "surveys"}}),
            ("POST", "/v1/looker/schema", {"configParams": {"dataset": "tickets", "client": "globex"}}),
            ("POST", "/v1/looker/config", {}),
            ("POST", "/v1/looker/explain", body_of("tickets_created")),
            ("POST", "/v1/looker/query", body_of("tickets_created")),
            ("GET", "/v1/looker/auth/check", None),
            ("GET", "/v1/commentary?from=2025-01-01&to=2025-01-31&template=first-look", None),
            ("GET", "/v1/commentary?from=2025-01-01&to=2025-01-31&report=ticket-volume&template=first-look", None),
            ("GET", "/v1/commentary?from=2025-01-01&to=2025-01-31&report=ticket-volume&client=globex", None),
            ("GET", "/v1/templates", None),
            ("GET", "/v1/templates/first-look", None),
            ("GET", "/v1/templates/ticket-volume/file", None),
            ("GET", "/v1/templates/ticket-volume/doctor?client=globex", None),
            ("GET", "/v1/catalog/metrics", None),
            ("GET", "/v1/calculators", None),
            ("GET", "/v1/shares", None),
            ("POST", "/v1/shares", {"report": "ticket-volume", "kind": "link"}),
            ("DELETE", f"/v1/shares/{link.id}", None),
            ("GET", "/v1/connections", None),
            ("GET", "/v1/clients", None),
            ("POST", "/v1/clients", {"name": "Mine"}),
            ("GET", "/v1/notices", None),
        ]  # fmt: skip
        with served.client(link.token) as client:
            for method, path, body in asked:
                answer = client.request(method, path, json=body)
                assert answer.status_code == 404, (path, body, answer.text)
                # What it asked for by name comes back in the refusal; nothing else does.
                assert "Globex" not in answer.text
            hidden = client.post("/v1/looker/data", json=body_of("city")).json()["error"]["message"]
            unknown = client.post("/v1/looker/data", json=body_of("no_such_field")).json()["error"]["message"]
            real, made_up = (
                client.post("/v1/looker/data", json=body_of("tickets_created", client=name)).json()["error"]["message"]
                for name in ("globex", "nobody")
            )
        assert hidden == unknown == "This field is hidden for this link."
        assert real == made_up.replace("nobody", "globex")

    def test_no_route_that_asks_for_a_caller_is_open_by_accident(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin)
        with served.stranger() as anybody:
            paths = anybody.get("/openapi.json").json()["paths"]
        allowed = set()
        with served.client(link.token) as client, served.stranger() as anybody:
            for method, path in ((method, path) for path, methods in paths.items() for method in methods):
                filled = path.replace("{", "x").replace("}", "x")
                body: Any = {} if method in ("post", "put") else None
                if anybody.request(method.upper(), filled, json=body).status_code not in (401, 403):
                    continue  # open to everybody
                answer = client.request(method.upper(), filled, json=body)
                if answer.status_code not in (401, 403, 404, 405):
                    allowed.add((method, path))
        assert allowed == {
            ("get", "/v1/session"),
            ("get", "/v1/commentary"),
            ("get", "/v1/frozen"),
            ("get", "/v1/notes"),
            ("post", "/v1/notes"),
            ("get", "/v1/catalog/units"),
            ("post", "/v1/looker/schema"),
            ("post", "/v1/looker/data"),
        }

    def test_numbers_that_cannot_be_narrowed_are_hidden(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, filters={"channel": ["Email"]})
        params = {"dataset": "annotations"}
        body = {"configParams": params, "dateRange": ALL_DAYS, "fields": [{"name": "annotation_text"}]}
        with served.client(link.token) as client:
            answer = client.post("/v1/looker/data", json=body)
            document = client.get("/v1/templates/ticket-volume").json()
        assert answer.status_code == 404
        assert "cannot be narrowed" in answer.json()["error"]["message"]
        # The page does not ask for them either.
        whole = admin.get("/v1/templates/ticket-volume").json()
        assert (document.get("annotations"), bool(whole["annotations"])) == (None, True)
        assert "ds_annotations" in sources_of(whole)
        assert sources_of(document) == sources_of(whole) - {"ds_annotations", "ds_backlog"}

    @pytest.mark.parametrize(
        ("wish", "said"),
        [
            ({"kind": "embed"}, "List the sites"),
            ({"kind": "embed", "ancestors": ["https://a.example/; script-src *"]}, "is no site"),
            ({"kind": "embed", "ancestors": ["*"]}, "is no site"),
            ({"days": None}, "ends some day"),
            ({"password": "short"}, "too short"),
            ({"filters": {"city": ["Porto"]}}, "cannot be fixed"),
            ({"filters": {"channel": []}}, "values"),
            ({"from": "2025-02-01"}, "both days"),
        ],
    )
    def test_links_that_could_not_be_kept_are_refused(
        self, admin: httpx2.Client, wish: Mapping[str, object], said: str
    ) -> None:
        answer = admin.post("/v1/shares", json={"report": "ticket-volume", "kind": "link", **wish})
        assert answer.status_code in (400, 422)
        assert said in answer.json()["error"]["message"]


def test_only_texts_about_what_a_link_shows_are_read_through_it() -> None:
    days = date(2025, 2, 1), date(2025, 2, 28)
    whole = ShareLimits("", "ticket-volume", {}, None, every_client=True)
    of_client = ShareLimits("", "ticket-volume", {}, None)
    of_days = ShareLimits("", "ticket-volume", {}, days)
    of_channel = ShareLimits("", "ticket-volume", {"channel": ("Email",)}, None)
    assert [shows_text(one, "acme", *days) for one in (whole, of_client, of_days, of_channel)] == [
        True,
        True,
        True,
        False,
    ]
    assert [shows_text(one, None, *days) for one in (whole, of_client, of_days)] == [True, False, False]
    assert not shows_text(of_days, "acme", date(2025, 1, 31), days[1])


class TestTheEndOfALink:
    def test_unknown_revoked_and_expired_ones_are_the_same(self, served: Served, admin: httpx2.Client) -> None:
        revoked, expired = made(admin), made(admin)
        assert admin.delete(f"/v1/shares/{revoked.id}").status_code == 204
        with served.world.metadata.write() as session:
            late = now() - timedelta(seconds=1)
            session.execute(update(ShareRow).where(ShareRow.id == expired.id).values(expires_at=late))
        pages, answers = set(), set()
        for token in (revoked.token, expired.token, "bvr_nobody-has-made-this-one"):
            with served.client(token) as client:
                answer = client.post("/v1/looker/data", json=body_of("tickets_created"))
                answers.add((answer.status_code, answer.json()["error"]["message"]))
            with served.stranger() as anybody:
                page = anybody.get(f"/s/{token}")
                pages.add((page.status_code, page.text))
        assert answers == {(404, GONE)}
        assert len(pages) == 1
        status, text = pages.pop()
        assert status == 404
        assert GONE in text
        assert "Belvedere" not in text

    def test_another_workspace_neither_sees_nor_ends_it(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin)
        other = find_or_create_workspace(served.world.metadata, "other")
        key = create_key(served.world.metadata, other, "other admin", admin=True).secret
        with served.client(key) as client:
            assert client.get("/v1/shares").json()["shares"] == []
            assert client.delete(f"/v1/shares/{link.id}").status_code == 404
        with served.client() as reader:
            assert reader.get("/v1/shares").status_code == 403

    def test_tokens_stay_out_of_the_log(self) -> None:
        assert redact("GET /s/bvr_abcdefghijklmnop") == "GET /s/(hidden)"


class TestWhoMayOpenIt:
    def test_a_password_is_asked_for_and_tries_are_counted(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, password="olives in the sun")
        with served.stranger() as anybody, served.client(link.token) as script:
            assert "password" in anybody.get(f"/s/{link.token}").text
            assert script.post("/v1/looker/data", json=body_of("tickets_created")).status_code == 401
            wrong = anybody.post(f"/s/{link.token}", content="password=olives")
            assert (wrong.status_code, "is wrong" in wrong.text) == (403, True)
            right = anybody.post(f"/s/{link.token}", content="password=olives+in+the+sun")
            assert right.status_code == 303
            assert {"HttpOnly", "SameSite=strict"} <= set(right.headers["set-cookie"].split("; "))
            assert 'id="app"' in anybody.get(f"/s/{link.token}").text
            headers = {"authorization": f"Bearer {link.token}"}
            opened = anybody.post("/v1/looker/data", json=body_of("tickets_created"), headers=headers)
            assert opened.status_code == 200
            with suppress(RateLimitExceededError):
                for _ in range(20):
                    served.world.share_tries.check(link.id, "127.0.0.1")
            too_often = anybody.post(f"/s/{link.token}", content="password=olives+in+the+sun")
            assert (too_often.status_code, int(too_often.headers["retry-after"]) > 0) == (429, True)
            # The cookie of one link opens no other.
            second = made(admin, password="olives in the sun")
            headers = {"authorization": f"Bearer {second.token}"}
            assert anybody.post("/v1/looker/data", json=body_of("tickets_created"), headers=headers).status_code == 401

    def test_a_link_for_people_needs_one_of_the_workspace(
        self, served: Served, admin: httpx2.Client, owner: str
    ) -> None:
        link = made(admin, kind="person", days=None)
        with served.stranger() as anybody:
            page = anybody.get(f"/s/{link.token}")
            assert (page.status_code, "Sign in" in page.text) == (401, True)
        with served.client(link.token) as script:
            assert script.post("/v1/looker/data", json=body_of("tickets_created")).status_code == 401
            script.cookies.set("belvedere_person", owner)
            assert script.post("/v1/looker/data", json=body_of("tickets_created")).status_code == 200
            # Being somebody who may read everything does not widen the link.
            assert script.post("/v1/looker/data", json=body_of("tickets_created", client="globex")).status_code == 404

    def test_the_console_makes_lists_and_revokes_it(self, served: Served, owner: str) -> None:
        headers = {"accept": "text/html", "origin": served.address}
        with client_of(served.address, headers=headers, cookies={"belvedere_person": owner}) as browser:
            path = "/console/reports/ticket-volume/share"
            form = browser.get(path, params={"workspace": "main", "client": "acme", "f.channel": "Email"}).text
            assert re.findall(r'name="client\.(\w+)" value="yes" checked', form) == ["acme"]
            assert ">Email</textarea>" in form
            csrf = re.search(r'name="csrf" value="([^"]+)"', form)
            assert csrf is not None
            wish = {"csrf": csrf[1], "kind": "link", "client.acme": "yes", "days": "7", "f.channel": "Email"}
            assert browser.post(f"{path}?workspace=main", data={**wish, "client.nobody": "yes"}).status_code == 422
            short = browser.post(f"{path}?workspace=main", data={**wish, "password": "short"})
            assert (short.status_code, "too short" in short.text) == (422, True)
            made_page = browser.post(f"{path}?workspace=main", data={**wish, "name": "Board <b>"}).text
            token = re.search(r"/s/(bvr_[A-Za-z0-9_-]+)", made_page)
            assert token is not None
            assert numbers(served, token[1], "tickets_created", client="acme") != []
            listed = browser.get("/console/shares?workspace=main").text
            assert "Board &lt;b&gt;" in listed
            assert token[1] not in listed
            found = next(re.finditer(r"/console/shares/(\w+)/revoke", listed))
            assert browser.post(f"{found[0]}?workspace=main", data={"csrf": csrf[1]}).status_code == 303
            both_page = browser.post(f"{path}?workspace=main", data={**wish, "client.globex": "yes"}).text
            both = re.search(r"/s/(bvr_[A-Za-z0-9_-]+)", both_page)
            assert both is not None
            assert numbers(served, both[1], "tickets_created", client="globex") != []
        with served.client(token[1]) as holder:
            assert holder.get("/v1/session").status_code == 404

    def test_only_listed_sites_frame_an_embedded_report(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, kind="embed", ancestors=["https://www.acme.example", "https://*.acme.example"], days=None)
        with served.stranger() as anybody:
            embedded = anybody.get(f"/s/{link.token}").headers.get_list("content-security-policy")
            other = anybody.get("/r/ticket-volume").headers.get_list("content-security-policy")
            files = anybody.get("/static/app.js").headers.get_list("content-security-policy")
        assert len(embedded) == 1
        assert "frame-ancestors https://www.acme.example https://*.acme.example; " in embedded[0]
        assert other == files == [policy()]
        assert "frame-ancestors 'none'" in other[0]


def test_sites_are_origins_and_nothing_else() -> None:
    assert ancestors_of(" https://A.example/,\nhttp://localhost:3000") == ("https://a.example", "http://localhost:3000")
    for wrong in ("http://a.example", "https://a.example/path", "'self'", "https:", "https://a", "data:", "https://*"):
        with pytest.raises(InvalidSettingError):
            ancestors_of(wrong)


def test_links_show_every_field_that_their_report_asks_for() -> None:
    model = load_model()
    for report in load_templates().values():
        limits = ShareLimits("", report.id, {}, None, fields=fields_of(report))
        state = PageState("main", date(2025, 1, 1), date(2025, 12, 31))
        items = [item for page in report.pages for row in page.rows for item in row.items]
        for body in (one.body for item in items for one in item_requests(report, item, state)):
            dataset = body["configParams"]["dataset"]
            filters = [one["fieldName"] for group in body.get("dimensionsFilters", []) for one in group]
            for name in (*(one["name"] for one in body["fields"]), *filters):
                assert is_shown(limits, dataset, name, model.aliases), (report.id, dataset, name)


class TestPaperAndNotes:
    def test_a_reader_prints_what_he_sees_and_not_too_often(self, served: Served, admin: httpx2.Client) -> None:
        link = made(admin, **{"from": "2025-02-01", "to": "2025-02-28"})
        with served.client(link.token) as holder:
            assert {"pdf", "note"} <= set(holder.get("/v1/session").json()["can"])
            wide = {"client": "acme", "from": "2025-01-01", "to": "2025-03-31"}
            printed = holder.get("/v1/reports/ticket-volume/pdf", params=wide)
            assert printed.status_code == 200, printed.text
            # The days of the link, whatever the address says.
            assert 'filename="ticket-volume_acme_20250201-20250228.pdf"' in printed.headers["content-disposition"]
            assert holder.get("/v1/reports/ticket-volume/pdf", params={"client": "globex"}).status_code == 404
            assert holder.get("/v1/reports/customer-service/pdf").status_code == 404
            for _ in range(2):
                assert holder.get("/v1/reports/ticket-volume/pdf", params={"client": "globex"}).status_code == 404
            refused = holder.get("/v1/reports/ticket-volume/pdf")
            assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)

    def test_visitors_leave_notes_and_see_their_own_links_alone(self, served: Served, admin: httpx2.Client) -> None:
        mine, other = made(admin), made(admin)
        wish = {"template": "ticket-volume", "item": "k_created", "text": "Why so many?", "rating": 4, "name": "Eva"}
        with served.client() as inside:
            report = inside.get("/v1/templates/ticket-volume").json()
            wish["item"] = report["pages"][0]["rows"][0]["items"][0]["id"]
            assert inside.post("/v1/notes", json=wish | {"text": "For us alone", "client": "acme"}).status_code == 201
        with served.client(mine.token) as eva:
            for wrong, status in (
                ({"name": " "}, 400),
                ({"name": "x" * 81}, 422),
                ({"template": "customer-service"}, 404),
                ({"client": "globex"}, 404),
            ):
                assert eva.post("/v1/notes", json=wish | wrong).status_code == status, wrong
            kept = eva.post("/v1/notes", json=wish)
            assert (kept.status_code, kept.json()["author"], kept.json()["client"]) == (201, "Eva", "acme")
            assert [
                eva.post("/v1/notes", json=wish | {"rating": 9}).status_code,
                eva.post("/v1/notes", json=wish).status_code,
            ] == [422, 201]
            assert eva.post("/v1/notes", json=wish).status_code == 429
            seen = eva.get("/v1/notes", params={"template": "ticket-volume"}).json()["notes"]
            assert [(one["text"], one["rating"]) for one in seen] == [("Why so many?", 4)] * 2
            assert eva.get("/v1/notes", params={"template": "customer-service"}).status_code == 404
        with served.client(other.token) as stranger:
            assert stranger.get("/v1/notes", params={"template": "ticket-volume"}).json()["notes"] == []
        for key, texts in (
            (served.key, {"Why so many?", "For us alone"}),
            (served.acme_key, {"Why so many?", "For us alone"}),
        ):
            with served.client(key) as inside:
                listed = inside.get("/v1/notes", params={"template": "ticket-volume"}).json()["notes"]
                assert {one["text"] for one in listed} == texts
                assert (
                    inside.get("/v1/notes", params={"template": "ticket-volume", "client": "none"}).status_code == 404
                )
