"""Every route, asked by everybody whom it does not concern: nobody learns even that something is there."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import Engine, event

from tests.api.isolation_stage import (
    DAYS,
    ENDS,
    IDS,
    NOBODY,
    WORDS,
    Stage,
    ids_of_nobody,
    is_public,
    set_up,
    shape_of,
    text_of,
)
from tests.api.isolation_world import REPORT

FOREIGN = ("stranger's key", "stranger", "narrow key", "analyst", "viewer", "link", "connector")
DEAD = (
    "revoked key",
    "unknown key",
    "expired token",
    "revoked token",
    "expired link",
    "revoked link",
    "expired session",
)
# What was just asked stands in these, so that no answer is like the one before; the marks are looked for all the same.
TELLS_OF_ITSELF = {"/metrics", "/v1/audit", "/v1/audit.csv", "/console/audit", "/console/audit.csv", "/console/usage"}
TELLS_OF_ITSELF |= {"/v1/usage"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with set_up(tmp_path_factory.mktemp("isolation")) as stage:
        yield stage


def unlike_lines(one: httpx2.Response, other: httpx2.Response) -> list[str]:
    """Return the first lines that two answers do not share, to be read by whoever repairs it."""
    pairs = zip(one.text.splitlines(), other.text.splitlines(), strict=False)
    return [f"{a} | {b}" for a, b in pairs if a != b][:5]


def test_every_address_says_what_stands_in_its_braces(stage: Stage) -> None:
    named = {one for _, route in stage.routes for one in re.findall(r"\{(\w+)", route.path)}
    assert named <= IDS | set(WORDS), "say in IDS or WORDS what the test is to put there"
    assert {*stage.places["globex"].ids} >= IDS


@pytest.mark.parametrize("name", FOREIGN)
def test_nobody_learns_that_something_is_there(stage: Stage, name: str) -> None:
    """What is there and not his, and what is not there at all, are answered alike, and nothing of it is shown."""
    asker, told, unlike = stage.askers[name], [], []
    place = stage.places[asker.about]
    for method, route in stage.routes:
        path = route.path
        if path in ENDS:
            continue
        ids = {one: place.ids[one] for one in re.findall(r"\{(\w+)", path) if one in IDS}
        if "template_id" in ids and "stranger" not in name:
            ids["template_id"] = REPORT  # the workspace's own templates are there for its people
        there = {**ids, "client": asker.about}
        away = {**ids_of_nobody(ids), "client": NOBODY[asker.about]}
        if "template_id" in ids and "stranger" not in name:
            away["template_id"] = REPORT
        real = stage.ask(asker, method, path, there, there["client"])
        text = text_of(real)
        told += [f"{method} {path}: {mark}" for mark in asker.marks if mark in text]
        if path.endswith("/pdf") and real.status_code == 200:
            told.append(f"{method} {path}: a PDF")
        unknown = stage.ask(asker, method, path, away, away["client"])
        names = {away[one]: there[one] for one in away}
        for _ in range(2):  # the server does other things too, which show on some pages: what is really unlike stays so
            if path in TELLS_OF_ITSELF or shape_of(real, names) == shape_of(unknown, names):
                break
            real = stage.ask(asker, method, path, there, there["client"])
            unknown = stage.ask(asker, method, path, away, away["client"])
        else:
            unlike.append(
                f"{method} {path}: {real.status_code} but {unknown.status_code}: {unlike_lines(real, unknown)}"
            )
        if path.startswith("/v1/") and name == "stranger's key" and ids and real.status_code not in {404, 422}:
            told.append(f"{method} {path}: {real.status_code}")
    assert not told
    assert not unlike


@pytest.mark.parametrize("name", DEAD)
def test_what_has_ended_opens_nothing(stage: Stage, name: str) -> None:
    asker, place, wrong = stage.dead[name], stage.places["acme"], []
    for method, route in stage.routes:
        path = route.path
        if is_public(method, path) or (asker.session and path == "/console/authorise"):
            continue
        answer = stage.ask(asker, method, path, place.ids, place.slug)
        right = {401}
        if name.endswith("token") and not path.startswith("/v1/looker/"):
            right = {401, 404}  # a token opens nothing else, whether it counts or not
        if name.endswith("link"):
            right = {401, 404}  # and nobody learns whether there ever was one
            unknown = stage.ask(stage.dead["unknown link"], method, path, place.ids, place.slug)
            if shape_of(answer, {}) != shape_of(unknown, {}):
                wrong.append(f"{method} {path}: unlike an unknown link")
        if answer.status_code not in right or "zq" in answer.text:
            wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:150]}")
    assert not wrong


def test_what_was_remembered_for_one_is_not_given_to_another(stage: Stage) -> None:
    """Answers, schemas and catalogues are asked by who may see all of them first, then by the others."""
    params = {"dataset": "tickets"}
    fields = [{"name": "category"}, {"name": "tickets_created"}]
    body = {"configParams": params, "dateRange": DAYS, "fields": fields}

    def rows(name: str, **client: str) -> tuple[int, str, dict[str, float]]:
        headers = {"accept": "application/json", **stage.askers[name].headers()}
        answer = stage.wire.post("/v1/looker/data", json={**body, "configParams": params | client}, headers=headers)
        found = {one["values"][0]: one["values"][1] for one in answer.json().get("rows", ())}
        return answer.status_code, answer.text, found

    for _ in range(2):
        whole = rows("admin key")
        assert {"zqacme", "zqglobex"} <= set(whole[2])
        assert "zqinitech" not in whole[2]
        assert set(rows("admin key", client="globex")[2]) >= {"zqglobex"}
        assert set(rows("stranger's key")[2]) >= {"zqinitech"}
        for name in ("stranger's key", "narrow key", "analyst", "viewer", "link", "connector"):
            status, text, found = rows(name)
            assert not [mark for mark in stage.askers[name].marks if mark in text], name
            assert (status, sum(found.values())) == (200, 20 if name[0] == "s" else 40), name
            assert rows(name, client="globex")[0] == 404, name


def test_asking_for_what_is_there_takes_as_many_steps_as_for_what_is_not(stage: Stage) -> None:
    """The same statements run either way, so that not even the time tells; the clock itself would be a flaky judge."""
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    unlike, place = [], stage.places["globex"]
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for name in ("stranger's key", "stranger"):
            asker = stage.askers[name]
            for method, route in stage.routes:
                ids = {one: place.ids[one] for one in re.findall(r"\{(\w+)", route.path) if one in IDS}
                if not ids or route.path in ENDS or route.path.startswith("/v1/") == bool(asker.session):
                    continue
                steps = {"there": set[int](), "nowhere": set[int]()}
                for _ in range(9):  # who asks is remembered for a while, and other threads write too
                    for where, wanted in (("there", ids), ("nowhere", ids_of_nobody(ids))):
                        counted.clear()
                        stage.ask(asker, method, route.path, wanted, "globex")
                        steps[where].add(len(counted))
                    if steps["there"] & steps["nowhere"]:
                        break
                else:
                    unlike.append(f"{method} {route.path}: {steps}")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not unlike


def test_every_answer_has_the_security_headers_and_the_request_id(stage: Stage) -> None:
    lacking = []
    for number, (method, route) in enumerate(stage.routes):
        path = re.sub(r"\{(\w+)(?::path)?\}", lambda found: WORDS.get(found[1], "x"), route.path)
        answer = stage.wire.request(method, path, headers={"x-request-id": f"walk-{number}"})
        heads = answer.headers
        right = (
            heads.get("x-content-type-options") == "nosniff"
            and "object-src 'none'" in heads.get("content-security-policy", "")
            and heads.get("referrer-policy") in {"same-origin", "no-referrer"}
            and heads.get("x-request-id") == f"walk-{number}"
        )
        if not right or answer.status_code >= 500:
            lacking.append(f"{method} {route.path}: {answer.status_code} {dict(heads)}")
    assert not lacking


def test_every_form_of_the_console_needs_the_token_of_its_session(stage: Stage) -> None:
    owner, place, done, broken = stage.askers["owner"], stage.places["globex"], [], []
    for method, route in stage.routes:
        if method == "GET" or not route.path.startswith("/console/") or is_public(method, route.path):
            continue
        path = re.sub(r"\{(\w+)\}", lambda found: {**WORDS, **place.ids}[found[1]], route.path)
        wrong = {"csrf": "x" * 32}
        elsewhere = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
        right = {"csrf": owner.session}
        for form, more in (({}, {}), (wrong, {}), (right, elsewhere)):
            answer = stage.wire.post(path, data=form, headers={**owner.headers(), **more})
            if answer.status_code != 403:
                done.append(f"{route.path} with {form or 'nothing'} {more}: {answer.status_code}")
        if not re.search(
            "end|remove|revoke|sign-out|second-factor|security|password|delete|archive|transfer|file", path
        ):
            empty = stage.wire.post(path, data=right, headers=owner.headers())  # a form that lacks everything else
            broken += [f"{route.path}: {empty.text[:200]}"] if empty.status_code >= 500 else []
    assert not done
    assert not broken


def test_whoever_may_see_them_finds_every_mark_and_every_id(stage: Stage) -> None:
    """The proof of the proof: what the others are not to find is there, under these ids, and can be seen."""
    owner, key, place = stage.askers["owner"], stage.askers["admin key"], stage.places["acme"]
    marks, missing = dict.fromkeys(("zqglobex", "zqacme", "zqmain"), 0), []
    for method, route in sorted(stage.routes, key=lambda one: one[0] != "GET"):
        path = route.path
        named = [one for one in re.findall(r"\{(\w+)", path) if one in IDS]
        if (
            "/pdf" in path
            or "/events" in path
            or "/me/" in path
            or "my-access" in path
            or (method != "GET" and not named)
        ):
            continue
        if (
            re.search("delete|remove|archive|workbook|picture|/file|/pdf|/events|/me/|my-access", path)
            or method == "DELETE"
        ):
            continue
        answer = stage.ask(key if path.startswith("/v1/") else owner, method, path, place.ids, place.slug)
        text = text_of(answer)
        marks = {mark: count + (mark in text) for mark, count in marks.items()}
        if answer.status_code == 404 and named and not is_public(method, path):
            missing.append(f"{method} {path}: {answer.text[:200]}")
    assert not missing
    assert min(marks.values()) > 10, marks


def test_no_secret_of_the_run_is_in_the_log(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Everybody asks everywhere, and puts his secret where it does not belong as well: into addresses and queries."""
    place = stage.places["acme"]
    everybody = [*stage.askers.values(), *stage.dead.values()]
    for method, route in stage.routes[:: len(stage.routes) // 15]:
        for asker in everybody:
            stage.ask(asker, method, route.path, place.ids, asker.bearer or asker.session)
    for asker in everybody:
        secret = asker.bearer or asker.session
        for path in (
            f"/s/{secret}",
            f"/connect/{secret}",
            f"/nowhere/{secret}",
            f"/unsubscribe/{secret}?token={secret}",
        ):
            stage.wire.get(path, headers=asker.headers())
    log = capsys.readouterr().err
    assert log.count('"event": "request"') > 200
    assert not [asker.name for asker in everybody if (asker.bearer or asker.session) in log]
