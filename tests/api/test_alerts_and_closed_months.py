"""Alerts that fire once and close, and months that keep their numbers: a real server, real mail, real calls."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from api.alerts.watch import AlertWatch
from api.clients.archiving import archive, bring_back, id_of
from api.notices.delivering import Post
from api.notices.watch import Watch
from api.reports import render_mail_parts, template_of
from api.settings import Settings
from api.workspaces.models import now
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, open_world
from tests.api.mailbox import Mailbox, Receiver, mail_server
from tests.api.serving import COLUMNS, MAPPING, load, serving
from tests.plain_http import client_of
from warehouse import Mode

TODAY = datetime.now(UTC).date()
DIPS = {TODAY - timedelta(days=at) for at in (20, 40, 41, 60)}  # three times
PER_DAY, ON_A_DIP = 10, 2
YESTERDAY, DAY_BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=2)
LAST_MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
MONTH_END = TODAY.replace(day=1) - timedelta(days=1)
REPORT = "first-look"
HIGH = {"metric": "tickets_created", "kind": "threshold", "direction": "above", "amount": 20, "client": "acme"}


@dataclass
class House:
    """Ways into the server."""

    world: World
    folder: Path
    box: Mailbox
    receiver: Receiver
    browser: httpx2.Client
    admin: httpx2.Client
    acme: httpx2.Client  # reads client account acme only
    globex: httpx2.Client
    stranger: httpx2.Client  # administers another workspace

    def load(self, days: Sequence[date], mode: Mode = Mode.UPSERT) -> None:
        """Load a ticket for each of the days."""
        load(self.world, "main", "Acme", write(self.folder / "more.csv", days), self.folder / "map.yaml", mode)

    def look(self) -> int:
        """Let the alerts be checked as the server does once the data rest, and send what is due; tell how many."""
        watch = AlertWatch(self.world)
        watch.look(now())
        watch.look(now())
        return Watch(Post(self.world.metadata, self.world.mailer, self.world.settings.address, "Belvedere")).look(now())

    def count(self, first: date, last: date, client: str | None = "acme") -> int:
        """Ask getData for the tickets of some days."""
        body = {
            "configParams": {"workspace": "main", "dataset": "tickets"} | ({"client": client} if client else {}),
            "dateRange": {"startDate": str(first), "endDate": str(last)},
            "fields": [{"name": "tickets_created"}],
        }
        rows: list[dict[str, list[int]]] = self.admin.post("/v1/looker/data", json=body).json()["rows"]
        return rows[0]["values"][0]


def write(path: Path, days: Sequence[date]) -> Path:
    """Write a ticket for each of the days, solved within the hour."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, day in enumerate(days):
            name = f"{path.stem}-{number}"
            writer.writerow((name, f"{day} 09:00:00", f"{day} 09:50:00", "Email", "Billing", "Athens", "no"))
    return path


def usual() -> list[date]:
    """Give the days of the tickets of 120 days."""
    days = [TODAY - timedelta(days=at) for at in range(120, 0, -1)]
    return [day for day in days for _ in range(ON_A_DIP if day in DIPS else PER_DAY)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.setenv("BELVEDERE_ALLOWED_PRIVATE_NETS", "127.0.0.0/8")
    with Receiver() as receiver, mail_server() as box:
        settings = Settings(
            data_dir=folder / "data",
            log_level="warning",
            rate_burst=10_000,
            rate_per_second=10_000,
            smtp_url=SecretStr(f"smtp://127.0.0.1:{box.port}?tls=none"),
            mail_from="Reports <reports@example.org>",
        )
        with open_world(settings) as world:
            for client, days in (("Acme", usual()), ("Globex", usual()[:50])):
                load(world, "main", client, write(folder / f"{client}.csv", days), folder / "map.yaml")
            main, other = (find_or_create_workspace(world.metadata, name) for name in ("main", "other"))
            secrets = (
                create_key(world.metadata, main, "ops", admin=True).secret,
                create_key(world.metadata, main, "acme", ["acme"]).secret,
                create_key(world.metadata, main, "globex", ["globex"]).secret,
                create_key(world.metadata, other, "others", admin=True).secret,
            )
            with serving(world) as address:
                headers = {"accept": "text/html", "origin": address}
                browser = client_of(address, headers=headers)
                owner = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
                assert browser.post(f"/console/welcome/{world.people.owner_token()}", data=owner).status_code == 303
                keys = [client_of(address, headers={"authorization": f"Bearer {one}"}) for one in secrets]
                yield House(world, folder, box, receiver, browser, *keys)
                for one in (browser, *keys):
                    one.close()
    patch.undo()


def test_a_closed_month_keeps_its_numbers_and_tells_what_has_changed(house: House) -> None:
    before, everything = (house.count(LAST_MONTH, MONTH_END, one) for one in ("acme", None))
    wish = {"report": REPORT, "month": f"{LAST_MONTH:%Y-%m}"}
    closed = house.admin.post("/v1/frozen", json={**wish, "client": "acme"})
    assert closed.status_code == 201, closed.text
    path = f"/v1/frozen/{closed.json()['id']}"
    together = house.admin.post("/v1/frozen", json=wish).json()
    assert house.admin.post("/v1/frozen", json=wish).status_code == 409
    assert house.admin.post("/v1/frozen", json={**wish, "month": f"{TODAY:%Y-%m}"}).status_code == 400
    assert house.admin.get(f"{path}/changes").json() == {"count": 0, "changes": []}

    day = next(one for one in (LAST_MONTH + timedelta(days=at) for at in range(28)) if one not in DIPS)
    house.load([*usual(), *[day] * 7], Mode.REPLACE)
    assert house.count(LAST_MONTH, MONTH_END) == before + 7
    assert kept(house.acme.get(path).json()) == before
    assert kept(house.admin.get(f"/v1/frozen/{together['id']}").json()) == everything
    changes = house.acme.get(f"{path}/changes").json()
    assert changes["count"] == len(changes["changes"]) > 1
    whole = {"item": "k_volume", "metric": "tickets_created", "row": [], "then": before, "now": before + 7}
    assert whole in changes["changes"]
    assert all(not one["row"] for one in changes["changes"][: changes["changes"].index(whole)]), "totals come first"
    by_day = [one for one in changes["changes"] if one["row"] == [{"field": "date_day", "value": f"{day:%Y%m%d}"}]]
    assert [(one["then"], one["now"]) for one in by_day if one["metric"] == "tickets_created"] == [(10, 17)]

    assert on_paper(house) == f"{before:,}", "paper and mail say what the page says"

    assert seen_by(house.admin) == {"acme", None}
    assert seen_by(house.acme) == {"acme"}
    assert seen_by(house.globex) == set()
    for one in (house.globex, house.stranger):
        assert [one.get(each).status_code for each in (path, f"{path}/changes")] == [404, 404]
    assert house.acme.get(f"/v1/frozen/{together['id']}").status_code == 404
    assert house.acme.delete(path).status_code == 403
    share_is_held(house, path, closed.json()["id"])
    page = house.browser.get(f"/console/reports/{REPORT}/close").text
    assert f"from={LAST_MONTH}&amp;to={MONTH_END}&amp;client=acme" in page
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    opened = house.browser.post(f"/console/reports/{REPORT}/close/{together['id']}/open", data={"csrf": csrf})
    assert opened.status_code == 303
    assert house.admin.delete(path).status_code == 204
    assert house.admin.get("/v1/frozen").json() == {"periods": []}


def test_an_alert_is_tried_before_it_is_kept(house: House) -> None:
    low = {**HIGH, "direction": "below", "amount": 5}
    seen = house.admin.post("/v1/alerts/preview", json=low).json()
    assert [one["first_on"] for one in seen["fired"]] == [str(TODAY - timedelta(days=at)) for at in (60, 41, 20)]
    assert [one["last_on"] for one in seen["fired"]] == [str(TODAY - timedelta(days=at)) for at in (60, 40, 20)]
    assert {one["value"] for one in seen["fired"]} == {ON_A_DIP}
    filtered = house.admin.post("/v1/alerts/preview", json={**low, "filters": {"channel": ["Chat"]}}).json()
    assert (filtered["fired"], filtered["told"] != "") == ([], True), "there is no ticket by chat: nothing to judge by"

    csrf = re.findall(r'name="csrf" value="([^"]+)"', house.browser.get("/console/alerts/new").text)[0]
    form = {"csrf": csrf, "kind": "threshold", "metric": "tickets_created", "direction": "below", "client": "acme"}
    tried = house.browser.post("/console/alerts/new", data=form | {"amount": "5", "do": "preview"})
    assert "It would have fired 3 times in the last 90 days" in tried.text
    assert house.admin.get("/v1/alerts").json() == {"alerts": []}
    for wrong, said in (({"amount": "many"}, "must be a number"), ({"metric": ""}, "Choose the metric")):
        refused = house.browser.post("/console/alerts/new", data=form | {"amount": "5"} | wrong)
        assert refused.status_code == 422
        assert said in refused.text
    for kind, more in (("change", {"amount": "20 %"}), ("anomaly", {}), ("stale", {"amount": "3"})):
        page = house.browser.get("/console/alerts/new", params={"kind": kind})
        assert page.status_code == 200
        kept = house.browser.post("/console/alerts/new", data=form | {"kind": kind} | more)
        assert kept.status_code == 303, kept.text
    listed = house.admin.get("/v1/alerts").json()["alerts"]
    assert {one["kind"]: one["amount"] for one in listed} == {"change": 0.2, "anomaly": 3.5, "stale": 3}
    for one in listed:
        assert one["name"] in house.browser.get(f"/console/alerts/{one['id']}").text
        assert house.acme.get(f"/v1/alerts/{one['id']}").status_code == 403
        assert house.stranger.get(f"/v1/alerts/{one['id']}").status_code == 404
        assert house.stranger.delete(f"/v1/alerts/{one['id']}").status_code == 404
        assert house.admin.delete(f"/v1/alerts/{one['id']}").status_code == 204


def test_an_alert_is_told_once_and_closes_when_it_is_over(house: House) -> None:
    webhook = {"url": f"{house.receiver.address}/hook"}
    assert house.admin.put("/v1/notices/webhook", json=webhook).status_code == 200
    made = house.admin.post("/v1/alerts", json=HIGH)
    assert made.status_code == 201, made.text
    path = f"/v1/alerts/{made.json()['id']}"
    assert made.json()["name"] == "Tickets created, Acme: above 20 in a day"
    assert house.look() == 0
    found = house.admin.get(path).json()
    assert (found["state"], found["events"]) == ("quiet", [])
    assert f"was 10 on {YESTERDAY.day} {YESTERDAY:%b %Y}" in found["told"]

    house.load([YESTERDAY] * 15)
    assert house.look() == 2
    (mail,) = house.box.mails
    assert (mail["To"], mail["Subject"]) == (
        "ana@example.com", "Belvedere: Tickets created, Acme: above 20 in a day (alert)",
    )  # fmt: skip
    assert f"Tickets created of Acme was 25 on {YESTERDAY.day} {YESTERDAY:%b %Y}" in mail.get_content()
    assert f"/console/alerts/{made.json()['id']}" in mail.get_content()
    (call,) = house.receiver.asked
    notice = json.loads(call.body)["notice"]
    assert (notice["kind"], notice["subject"]["kind"], notice["subject"]["id"]) == (
        "metric_alert", "alert", made.json()["id"],
    )  # fmt: skip
    assert house.look() == 0, "it is told once"
    (event,) = house.admin.get(path).json()["events"]
    assert (event["first_on"], event["value"], event["closed_at"]) == (str(YESTERDAY), 25, None)
    assert "Firing" in house.browser.get("/console/alerts").text

    house.load(usual(), Mode.REPLACE)  # those of yesterday were counted twice
    assert house.look() == 0
    found = house.admin.get(path).json()
    assert (found["state"], len(found["events"])) == ("quiet", 1)
    assert found["events"][0]["closed_at"] is not None
    assert house.admin.get("/v1/notices", params={"state": "open"}).json()["notices"] == []

    house.load([*usual(), *[YESTERDAY] * 15], Mode.REPLACE)
    assert house.look() == 0, "the same day does not come to pass a second time"
    (event,) = house.admin.get(path).json()["events"]
    assert event["closed_at"] is None

    # Nothing is told of a client account that is archived, nor afterwards of what came to pass meanwhile.
    main = find_or_create_workspace(house.world.metadata, "main")
    acme = id_of(house.world.metadata, main, "acme")
    archive(house.world.metadata, main.id, acme)
    assert house.look() == 0
    assert house.admin.get("/v1/notices", params={"state": "open"}).json()["notices"] == []
    house.load([*usual(), *[YESTERDAY] * 25, *[DAY_BEFORE] * 15], Mode.REPLACE)
    assert house.look() == 0
    bring_back(house.world.metadata, main.id, acme)
    assert house.look() == 0
    (event,) = house.admin.get(path).json()["events"]
    assert (event["first_on"], event["value"], event["closed_at"]) == (str(YESTERDAY), 35, None), "it goes on"
    assert house.admin.patch(path, json={"paused": True}).json()["paused"] is True
    assert house.admin.get("/v1/notices", params={"state": "open"}).json()["notices"] == []
    assert house.admin.delete(path).status_code == 204
    assert (len(house.box.took), len(house.receiver.asked)) == (1, 1)


def on_paper(house: House) -> str:
    """Return the tickets of the month as a mail writes them."""
    caller = house.world.callers.by_key(house.admin.headers["authorization"].removeprefix("Bearer "))
    report = template_of(house.world, caller, REPORT)
    parts = render_mail_parts(house.world, caller, report, "acme", (LAST_MONTH, MONTH_END), "en")
    return next(one.value for one in parts.kpis if one.id == "k_volume")


def kept(document: dict[str, Any]) -> int:
    """Return the tickets of the whole month as they were kept."""
    month = {"startDate": str(LAST_MONTH), "endDate": str(MONTH_END)}
    (found,) = [
        one["answer"]["rows"][0]["values"][0]
        for one in document["answers"]
        if one["request"]["fields"] == [{"name": "tickets_created"}] and one["request"]["dateRange"] == month
    ]
    return int(found)


def seen_by(client: httpx2.Client) -> set[str | None]:
    """Return whose months a reader is told of, by the session and by the list."""
    listed = {one["client"] for one in client.get("/v1/frozen", params={"report": REPORT}).json()["periods"]}
    session = client.get("/v1/session", params={"report": REPORT}).json()["frozen"]
    assert {one["client"] for one in session} == listed
    return listed


def share_is_held(house: House, path: str, frozen_id: str) -> None:
    """A link reads the month that it shows whole, and no other one."""
    for fixed, ids in (
        ({"clients": ["acme"]}, [frozen_id]),
        ({"clients": ["acme"], "filters": {"channel": ["Email"]}}, []),
        ({"clients": ["globex"]}, []),
        ({"clients": ["acme"], "first": str(YESTERDAY), "last": str(YESTERDAY)}, []),
    ):
        made = house.admin.post("/v1/shares", json={"report": REPORT, "kind": "link", **fixed})
        assert made.status_code == 201, made.text
        token = made.json()["address"].rpartition("/")[2]
        with client_of(house.admin.base_url, headers={"authorization": f"Bearer {token}"}) as reader:
            listed = reader.get("/v1/frozen").json()["periods"]
            assert [one["id"] for one in listed] == ids, fixed
            assert [one["author"] for one in listed] == [None] * len(ids)
            assert reader.get(path).status_code == (200 if ids else 404)
            assert reader.get(f"{path}/changes").status_code == (200 if ids else 404)
