"""Who asks the routes, how each route is asked, and how two answers are compared."""

import io
import re
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
from fastapi.routing import APIRoute

from api.app import create_app
from api.people.models import AccessGrantRow, MembershipRow, PersonRow
from api.settings import Settings
from api.shares.models import ShareRow
from api.workspaces.models import ApiKeyRow, now
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, digest, find_or_create_workspace
from api.world import World, open_world
from tests.api.isolation_world import REPORT, Place, fill, session_of, token_of, untouched
from tests.api.serving import MAPPING, load, serving, write_tickets
from tests.api.test_roles import PUBLIC, PUBLIC_METHODS, routes_of
from tests.plain_http import client_of

NOBODY = {"acme": "adam", "globex": "gnomex", "initech": "inicorp"}  # slugs that nobody has, of the same length
DAYS = {"startDate": "2025-01-01", "endDate": "2025-12-31"}
# What stands in the braces of an address: an id of the place that is asked for, or a word that everybody knows.
IDS = {
    "access_id", "alert_id", "annotation_id", "client_id", "connection_id", "connector_id", "frozen_id", "goal_id",
    "grant_id", "group_id", "invitation_id", "job_id", "key_id", "match_id", "note_id", "person_id", "push_id",
    "receipt_id", "run_id", "schedule_id", "session_id", "share_id", "template_id",
}  # fmt: skip
WORDS = {
    "action": "pause", "calculator": "nps", "dataset": "tickets", "dimension": "channel", "metric": "tickets_created",
    "name": "zendesk", "provider": "zendesk", "stream": "push_tickets", "token": "bvl_" + "x" * 43,
    "brand_id": "0" * 16,  # whoever has the page of a shared report has its colours
}  # fmt: skip
WISHES: Mapping[str, Mapping[str, object]] = {
    "/v1/alerts": {"metric": "tickets_created", "kind": "threshold", "amount": 3},
    "/v1/alerts/preview": {"metric": "tickets_created", "kind": "threshold", "amount": 3},
    "/v1/alerts/{alert_id}": {"paused": True},
    "/v1/annotations": {"kind": "event", "starts_on": "2025-01-01", "text": "x"},
    "/v1/connections": {"source": "demo"},
    "/v1/connections/{connection_id}": {"name": "x"},
    "/v1/connections/{connection_id}/accounts": {"accounts": [{"account": "1"}]},
    "/v1/frozen": {"report": REPORT, "month": "2025-01"},
    "/v1/goals": {"metric": "tickets_created", "first": "2025-01-01", "target": 1},
    "/v1/matches/{match_id}": {"state": "refused"},
    "/v1/notes": {"template": REPORT, "text": "x"},
    "/v1/schedules": {"report": REPORT, "recipients": ["a@example.com"], "cron": "0 7 1 * *"},
    "/v1/schedules/{schedule_id}": {"paused": True},
    "/v1/schedules/{schedule_id}/test": {"to": "a@example.com"},
    "/v1/templates/{template_id}/items": {
        "dataset": "tickets",
        "items": [{"id": "a", "type": "kpi", "metrics": ["csat"]}],
    },
    "/v1/templates/{template_id}/master": {"report_id": "0" * 36},
}
_NAMES_CLIENT = {"/v1/alerts", "/v1/alerts/preview", "/v1/annotations", "/v1/connections", "/v1/frozen", "/v1/goals"}
_NAMES_CLIENT |= {"/v1/notes", "/v1/schedules"}


# These end the session that asks, or shut its person out; tests of their own have them.
ENDS = {"/console/sign-out", "/console/me/sessions/end-all", "/console/people/security"}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: a bearer, or the cookie and the form of a session."""

    name: str
    bearer: str = ""
    session: str = ""
    about: str = "globex"  # the client whom he has no business with
    marks: tuple[str, ...] = ()  # what he must never read

    def headers(self) -> dict[str, str]:
        if self.session:
            return {"cookie": f"belvedere_person={self.session}", "sec-fetch-site": "same-origin"}
        return {"authorization": f"Bearer {self.bearer}"}


@dataclass
class Stage:
    """A running server, its routes, its places, and everybody who asks."""

    world: World
    wire: httpx2.Client
    routes: list[tuple[str, APIRoute]]
    places: dict[str, Place]
    askers: dict[str, Asker]
    dead: dict[str, Asker]

    def ask(self, asker: Asker, method: str, path: str, ids: Mapping[str, str], client: str) -> httpx2.Response:
        """Ask a route for what has these ids, about a client."""
        at = re.sub(r"\{(\w+)(?::path)?\}", lambda found: ids.get(found[1]) or WORDS[found[1]], path)
        dates = {"from": "2025-01-01", "to": "2025-01-31"}
        query = {"client": client, "template": REPORT, "report": REPORT, "item": "volume", "metric": "tickets_created"}
        headers = {"accept": "application/json", "idempotency-key": "k", **asker.headers()}
        if method == "GET":
            return self.wire.get(at, params={**query, **dates}, headers=headers)
        if path.startswith("/v1/looker/") and "oauth" not in path:
            params = {"dataset": "tickets", "client": client}
            fields = [{"name": "category"}, {"name": "tickets_created"}]
            return self.wire.post(
                at, json={"configParams": params, "dateRange": DAYS, "fields": fields}, headers=headers
            )
        if path.startswith("/v1/"):
            named = {"client": client} if path in _NAMES_CLIENT else {}
            return self.wire.request(
                method, at, params={"client": client}, json={**WISHES.get(path, {}), **named}, headers=headers
            )
        form = {
            "csrf": asker.session,
            **query,
            **dates,
            f"client.{client}": "yes",
            "scope": "some",
            "name": f"x {client}",
        }
        return self.wire.request(method, at, params={"client": client}, data=form, headers=headers)


def ids_of_nobody(ids: Mapping[str, str]) -> dict[str, str]:
    """Return ids as they are made, which no row has."""
    return {name: f"own-{secrets.token_hex(4)}" if name == "template_id" else secrets.token_hex(8) for name in ids}


def text_of(answer: httpx2.Response) -> str:
    """Return everything that can be read in an answer, in a spreadsheet too."""
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            return heads + "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    return heads + answer.text


def shape_of(answer: httpx2.Response, names: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
    """Return what an answer tells, without what each has of its own and with other words for the names."""
    volatile = {"x-request-id", "date", "content-length", "etag"}
    kept = {name: value for name, value in answer.headers.items() if name not in volatile}
    text = re.sub(r'"request_id": ?"[^"]*"', "", answer.text.replace(answer.headers["x-request-id"], ""))
    text = re.sub(r"just now|\d+ (second|minute)s? ago", "", text)
    for one, other in names.items():
        text = text.replace(one, other)
        kept = {name: value.replace(one, other) for name, value in kept.items()}
    return answer.status_code, kept, text


def is_public(method: str, path: str) -> bool:
    return path in PUBLIC or (method, path) in PUBLIC_METHODS


@contextmanager
def set_up(folder: Path) -> Iterator[Stage]:
    """Start a server with everything in it."""
    settings = Settings(data_dir=folder / "data", log_level="info", rate_burst=100_000, rate_per_second=100_000)
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    places = {}
    with open_world(settings) as world:
        for home, slug, rows in (("main", "acme", 40), ("main", "globex", 30), ("other", "initech", 20)):
            file = write_tickets(folder / f"{slug}.csv", rows, rows)
            file.write_text(file.read_text(encoding="utf-8").replace("Billing", f"zq{slug}"), encoding="utf-8")
            load(world, home, slug.title(), file, mapping)
            workspace = find_or_create_workspace(world.metadata, home)
            with world.metadata.read() as session:
                client = next(one for one in Repository(session).client_accounts(workspace.id) if one.slug == slug)
            places[slug] = Place(workspace.id, client.id, slug, f"zq{slug}", f"zq{home}")
        with world.metadata.write() as session:
            for place in places.values():
                fill(session, place)
            assert not untouched(session), "write a row about a client into these tables too"
        askers, dead = _everybody(world, places)
        with serving(world) as address, client_of(address) as wire:
            routes = [(method, one) for one in routes_of(create_app(world)) for method in sorted(one.methods or ())]
            yield Stage(world, wire, routes, places, askers, dead)


def _everybody(world: World, places: Mapping[str, Place]) -> tuple[dict[str, Asker], dict[str, Asker]]:
    """Let everybody in who asks, and shut some of them out again."""
    main, other = (find_or_create_workspace(world.metadata, one) for one in ("main", "other"))
    acme, strange = places["acme"], ("zqacme", "zqglobex", "zqmain")
    narrow = ("zqglobex", "zqinitech", "zqother")
    keys = {
        "admin key": Asker("admin key", create_key(world.metadata, main, "admin", admin=True).secret),
        "stranger's key": Asker(
            "stranger's key", create_key(world.metadata, other, "k", admin=True).secret, marks=strange
        ),
        "narrow key": Asker("narrow key", create_key(world.metadata, main, "n", ["acme"]).secret, marks=narrow),
    }
    ended = create_key(world.metadata, main, "old")
    token, old_token, gone_token = (f"bva_{secrets.token_urlsafe(32)}" for _ in range(3))
    link, old_link, gone_link = (f"bvr_{secrets.token_urlsafe(32)}" for _ in range(3))
    with world.metadata.write() as session:
        session.get_one(ApiKeyRow, ended.id).revoked_at = now()
        for name, role, home, marks in (
            ("owner", "owner", acme, ()),
            ("stranger", "owner", places["initech"], strange),
            ("analyst", "analyst", acme, narrow),
            ("viewer", "client_viewer", acme, narrow),
        ):
            person = PersonRow(email=f"{name}@example.com", name=name, password="x", verified_at=now())
            session.add(person)
            session.flush()
            at = {"workspace_id": home.workspace_id}
            session.add(MembershipRow(person_id=person.id, role=role, **at))
            if role not in {"owner"}:
                grant = {"every_client": False, "clients": [acme.client_id], "created_by": "x"}
                template = REPORT if role == "client_viewer" else None
                session.add(AccessGrantRow(kind="person", person_id=person.id, template_id=template, **grant, **at))
            cookie = f"bvp_{secrets.token_urlsafe(32)}"
            session.add(session_of(person.id, cookie, home.workspace_id))
            keys[name] = Asker(name, session=cookie, marks=marks)
        late = f"bvp_{secrets.token_urlsafe(32)}"
        session.add(session_of(acme.ids["person_id"], late, age=timedelta(days=99)))
        old = timedelta(days=99)
        for secret, more in ((token, {}), (old_token, {"age": old}), (gone_token, {"revoked": True})):
            session.add(token_of(acme, secret, **more))
        made = {"workspace_id": acme.workspace_id, "template_id": REPORT, "kind": "link", "name": "x"}
        ends = {link: {}, old_link: {"expires_at": now() - old}, gone_link: {"revoked_at": now()}}
        for secret, instants in ends.items():
            session.add(ShareRow(digest=digest(secret), clients=[acme.client_id], created_by="x", **made, **instants))
    keys["link"] = Asker("link", link, marks=narrow)
    keys["connector"] = Asker("connector", token, marks=narrow)
    dead = {"revoked key": ended.secret, "unknown key": f"bvk_{secrets.token_urlsafe(32)}"}
    dead |= {
        "expired token": old_token,
        "revoked token": gone_token,
        "expired link": old_link,
        "revoked link": gone_link,
        "unknown link": f"bvr_{secrets.token_urlsafe(32)}",
    }
    return keys, {name: Asker(name, secret) for name, secret in dead.items()} | {
        "expired session": Asker("expired session", session=late)
    }
