"""The pages of own fields, formulas and rules: what is wrong is refused, what is right is tried, saved and taken."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.console.words import count
from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import World, open_world
from tests.api.serving import MAPPING, load, serving, wait_until, write_tickets
from tests.plain_http import client_of

METRIC = """\
custom_solved_share:
  label: Solved in percent
  description: Share of tickets that are solved, in percent. Higher is better.
  formula: tickets_solved_cohort / tickets_created
  type: PERCENT
  good: up
  datasets: [tickets]
"""
FIELD = "custom_tier: {label: Tier, description: Tier of the customer., entity: ticket, datasets: [tickets]}\n"
RULE = "client: acme\nsource: tickets\nentity: ticket\nvalues: {channel: {Email: mail}}\n"
RULE_FILE = "rules/acme-tickets-ticket.yaml"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "tickets.yaml").write_text(MAPPING, encoding="utf-8")
    with open_world(Settings(data_dir=folder / "data", log_level="warning")) as opened:
        load(opened, "main", "Acme", write_tickets(folder / "acme.csv", 60, 3), folder / "tickets.yaml")
        opened.runner.start()
        yield opened


@pytest.fixture(scope="module")
def browser(world: World) -> Iterator[httpx2.Client]:
    token = world.people.owner_token()
    assert token is not None
    with serving(world) as address:
        headers = {"accept": "text/html", "origin": address}
        with client_of(address, headers=headers) as client:
            form = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
            assert client.post(f"/console/welcome/{token}", data=form).status_code == 303
            yield client


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def send(browser: httpx2.Client, file: str, text: str, do: str) -> httpx2.Response:
    page = browser.get("/console/rules/edit", params={"file": file}).text
    form = {"csrf": hidden(page, "csrf"), "seen": hidden(page, "seen"), "file": file, "text": text, "do": do}
    return browser.post("/console/rules/edit", data=form)


def folder(world: World) -> Path:
    return world.warehouse.places.own_folder("main")


def test_what_is_wrong_is_said_beside_the_text_and_not_saved(world: World, browser: httpx2.Client) -> None:
    assert "What is saved is what holds" in browser.get("/console/rules").text
    for file, text, problem in (
        ("metrics.yaml", METRIC.replace("tickets_created", "no_such_metric"), "no_such_metric"),
        ("fields.yaml", FIELD.replace("custom_tier", "tier"), "custom_"),
        (RULE_FILE, RULE.replace("acme", "nobody"), "nobody"),
        ("metrics.yaml", "custom_x: [", "this is not YAML"),
    ):
        for do in ("check", "save"):
            answer = send(browser, file, text, do)
            assert answer.status_code == 422, answer.text
            told = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
            assert told is not None
            assert problem in told[1]
            assert "/tmp/" not in told[1]  # not where it was tried
            assert text.splitlines()[0] in answer.text.replace("&#39;", "'")
    assert not folder(world).exists() or not list(folder(world).rglob("*.yaml"))
    for name in ("../metadata.sqlite", "rules/../x.yaml", "rules/.hidden.yaml", "other.yaml"):
        assert browser.get("/console/rules/edit", params={"file": name}).status_code == 404


def test_a_formula_is_tried_saved_and_taken(world: World, browser: httpx2.Client) -> None:
    tried = send(browser, "metrics.yaml", METRIC, "check").text
    assert "The file is right" in tried
    assert "SUM($tickets_solved_cohort) / SUM($tickets_created)" in tried
    assert not (folder(world) / "metrics.yaml").exists()
    assert send(browser, "metrics.yaml", METRIC, "save").status_code == 303
    assert send(browser, "fields.yaml", FIELD, "save").status_code == 303
    page = browser.get("/console/rules").text
    assert "Saved, not taken yet" in page

    key = create_key(world.metadata, find_or_create_workspace(world.metadata, "main"), "reads").secret
    wish: dict[str, Any] = {"configParams": {"dataset": "tickets"}}

    def offered() -> set[str]:
        headers = {"authorization": f"Bearer {key}"}
        answer = httpx2.post(browser.base_url.join("/v1/looker/schema"), json=wish, headers=headers)
        return {one["name"] for one in answer.json()["schema"]} & {"custom_solved_share", "custom_tier"}

    assert offered() == set()
    assert browser.post("/console/rules/take", data={"csrf": hidden(page, "csrf")}).status_code == 303
    wait_until(lambda: "What is saved is what holds" in browser.get("/console/rules").text)
    assert offered() == {"custom_solved_share", "custom_tier"}
    assert f"Last taken: {count(0)} rules" in browser.get("/console/rules").text


def test_nobody_overwrites_what_another_has_changed(world: World, browser: httpx2.Client) -> None:
    page = browser.get("/console/rules/edit", params={"file": "metrics.yaml"}).text
    form = {"csrf": hidden(page, "csrf"), "seen": hidden(page, "seen"), "file": "metrics.yaml", "do": "save"}
    (folder(world) / "metrics.yaml").write_text(METRIC + "# by another\n")
    answer = browser.post("/console/rules/edit", data=form | {"text": METRIC})
    assert (answer.status_code, "Somebody has changed" in answer.text) == (422, True)
    assert (folder(world) / "metrics.yaml").read_text().endswith("# by another\n")
    # A field that a rule fills cannot go before the rule.
    rule = RULE + "columns: {custom_tier: organization.tier}\n"
    assert send(browser, RULE_FILE, rule, "save").status_code == 303
    refused = send(browser, "fields.yaml", FIELD, "remove")
    assert (refused.status_code, "custom_tier" in refused.text) == (422, True)
    assert send(browser, RULE_FILE, rule, "remove").status_code == 303
    assert send(browser, "fields.yaml", FIELD, "remove").status_code == 303
    assert not (folder(world) / "fields.yaml").exists()
