"""The switch for personal data: what the team and guests see instead of names and subjects, and what stays the same."""

import csv
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from api.settings import Settings
from api.workspaces.service import create_key, find_or_create_workspace
from api.world import open_world
from schemas import PersonalData, Showing
from tests.api.asking import ask, body_of, condition, post
from tests.api.browsing import PASSWORD, Browser
from tests.api.personal_walk import AUTHOR, HAS_PDFTOTEXT, Guests, prepare, walk
from tests.api.serving import Served, load, serving, wait_until

MAPPING = """\
entity: ticket
key: id
timezone: UTC
columns:
  source_id: id
  created_at: {from: created, format: "%Y-%m-%d"}
  agent: agent
  subject: subject
  channel: channel
"""
BO, CY = "Bo Quillfeather", "Cyra Vanterpool"
AGENTS = ("ann@example.com", BO, "", "ann@example.com", CY, BO, "ann@example.com")
TOTALS = {"ann@example.com": 3.0, BO: 2.0, CY: 1.0, None: 1.0}
ANN = condition("agent", "IN_LIST", "ann@example.com")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("personal")
    (folder / "tickets.yaml").write_text(MAPPING, encoding="utf-8")
    with (folder / "acme.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [(f"T{n}", f"2025-02-0{n + 1}", agent, f"Call Ann {n}", "Email") for n, agent in enumerate(AGENTS)]
        csv.writer(file).writerows([("id", "created", "agent", "subject", "channel"), *rows])
    settings = Settings(
        data_dir=folder / "data",
        log_level="warning",
        rate_burst=10_000,
        rate_per_second=10_000,
        bigquery_project="acme-billing",
        bigquery_dataset="acme-data.reports",
    )
    with open_world(settings) as world:
        load(world, "main", "Acme", folder / "acme.csv", folder / "tickets.yaml")
        main = find_or_create_workspace(world.metadata, "main")
        key = create_key(world.metadata, main, "team", admin=True).secret
        token = world.people.owner_token()
        assert token is not None
        world.people.make_owner(token, "ana@example.com", "Ana", PASSWORD)
        world.runner.start()
        with serving(world) as address:
            yield Served(address, settings, world, {}, key, "", "")


@pytest.fixture(scope="module")
def owner(served: Served) -> Iterator[Browser]:
    with Browser(served.address) as browser:
        browser.sign_in("ana@example.com")
        yield browser


@pytest.fixture(scope="module")
def guest(served: Served) -> str:
    wish = {"report": "operational-desk", "kind": "link", "clients": ["acme"]}
    with served.client() as client:
        answer = client.post("/v1/shares", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["address"]).rpartition("/")[2]


def choose(served: Served, owner: Browser, guest: str, team: Showing, guests: Showing) -> None:
    answer = owner.send("/console/people/personal-data", {"team": team.value, "guests": guests.value})
    assert answer.headers.get("location") == "/console/people?said=personal", answer.text
    # Who asked a moment ago is remembered for a moment.
    for key, showing in ((served.key, team), (guest, guests)):
        wait_until(lambda key=key, showing=showing: set(agents(served, key)) == set(expected(served, showing)))  # type: ignore[misc]


def agents(served: Served, key: str, *clauses: dict[str, Any]) -> dict[Any, Any]:
    filters = {"dimensionsFilters": [[one] for one in clauses]} if clauses else {}
    return ask(served, body_of("agent", "tickets_created", client="acme", **filters), key).by_first()


def expected(served: Served, showing: Showing) -> dict[str | None, float]:
    key = find_or_create_workspace(served.world.metadata, "main").personal_key
    found: dict[str | None, float] = {}
    for name, count in TOTALS.items():
        shown = None if name is None else PersonalData(showing, key).masked(name)
        found[shown] = found.get(shown, 0) + count
    return found


def test_everything_is_shown_until_somebody_chooses(served: Served, guest: str) -> None:
    assert agents(served, served.key) == agents(served, guest) == TOTALS


def test_each_side_sees_what_was_chosen_for_it(served: Served, owner: Browser, guest: str) -> None:
    for team, guests in (
        (Showing.SHOWN, Showing.HIDDEN),
        (Showing.HASHED, Showing.SHOWN),
        (Showing.HIDDEN, Showing.HASHED),
        (Showing.SHOWN, Showing.HASHED),
    ):
        choose(served, owner, guest, team, guests)
        # One after the other, both ways: an answer that is kept for one side never serves the other.
        for key, showing in ((served.key, team), (guest, guests), (served.key, team)):
            assert agents(served, key) == expected(served, showing), (team, guests)
            assert sum(expected(served, showing).values()) == len(AGENTS)
            # Who is told no names cannot try them out either.
            probed = {"ann@example.com": 3.0} if showing is Showing.SHOWN else {}
            assert agents(served, key, ANN) == probed
            assert agents(served, key, condition("agent", "CONTAINS", "ann@")) == probed
            assert agents(served, key, condition("agent", "REGEXP_PARTIAL_MATCH", "^ann")) == probed
            assert agents(served, key, condition("agent", "IS_NULL")) == {None: 1.0}
            for one, count in expected(served, showing).items():
                if one is not None:
                    assert agents(served, key, condition("agent", "EQUALS", one)) == {one: count}


def test_pseudonyms_stay_and_need_the_key(served: Served, owner: Browser, guest: str) -> None:
    choose(served, owner, guest, Showing.HASHED, Showing.SHOWN)
    first = agents(served, served.key)
    choose(served, owner, guest, Showing.HIDDEN, Showing.SHOWN)
    choose(served, owner, guest, Showing.HASHED, Showing.SHOWN)
    assert agents(served, served.key) == first
    assert all(name is None or re.fullmatch("p-[0-9a-f]{12}", name) for name in first)
    assert PersonalData(Showing.HASHED).masked(BO) not in first
    subjects = ask(served, body_of("ticket_subject", "tickets_created", client="acme"), served.key)
    assert len(subjects.values) == len(AGENTS)
    assert not any("Ann" in row[0] for row in subjects.values)
    # The number behind is told in the same words: no name and no key in the explanation.
    body = body_of("tickets_created", client="acme", dimensionsFilters=[[ANN]])
    told = post(served, "explain", body, served.key).text
    assert find_or_create_workspace(served.world.metadata, "main").personal_key not in told
    assert "(secret)" in told


def test_closed_months_are_shown_as_chosen_now(served: Served, owner: Browser, guest: str) -> None:
    choose(served, owner, guest, Showing.SHOWN, Showing.SHOWN)
    wish = {"report": "operational-desk", "month": "2025-02", "client": "acme"}
    with served.client() as client:
        closed = client.post("/v1/frozen", json=wish)
        assert closed.status_code == 201, closed.text
        address = f"/v1/frozen/{closed.json()['id']}"
        assert "ann@example.com" in client.get(address).text
    choose(served, owner, guest, Showing.SHOWN, Showing.HIDDEN)
    with served.client(guest) as reader:
        kept: httpx2.Response = reader.get(address)
    assert kept.status_code == 200, kept.text
    assert "(hidden)" in kept.text
    assert "ann@example.com" not in kept.text


def test_what_is_no_choice_is_told_beside_the_form(owner: Browser) -> None:
    answer = owner.send("/console/people/personal-data", {"team": "shown", "guests": "perhaps"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_no_name_leaves_by_any_way_while_it_is_not_to_be_shown(served: Served, owner: Browser, guest: str) -> None:
    """One walk for each choice: its reports are drawn, printed and mailed for each who may ask."""
    guests = prepare(served, "ann@example.com")
    told = ("ann@example.com", BO, CY, "Call Ann", AUTHOR)
    found = _found(served, owner, guest, guests, Showing.SHOWN)
    # The walk sees what there is to see, so that its silence means something.
    printed = ("key pdf", "link pdf") if HAS_PDFTOTEXT else ()
    carrying = ("key data", "link data", "viewer data", "connector data", "mail", *printed)
    for way in (*carrying, "key search", "viewer search", "held link session"):
        assert "ann@example.com" in found[way], way
    assert all(AUTHOR in found[f"{who} texts"] for who in ("key", "link", "viewer"))
    assert BO not in found["held link data"]

    for showing, written in ((Showing.HIDDEN, "(hidden)"), (Showing.HASHED, "p-")):
        found = _found(served, owner, guest, guests, showing)
        leaks = {(way, name) for way, text in found.items() for name in told if name.lower() in text.lower()}
        assert leaks == set(), showing
        assert all(written in found[way] for way in carrying), showing
        assert "hold it as it is" in found["key query"], "no query for tables that are not masked"
        # One word for all would open more than the link; a pseudonym opens the same.
        assert ("Hidden for this link" in found["held link data"]) is (showing is Showing.HIDDEN)


def _found(served: Served, owner: Browser, guest: str, guests: Guests, showing: Showing) -> dict[str, str]:
    choose(served, owner, guest, showing, showing)
    found: dict[str, str] = {}
    for way, text in walk(served, guests):
        found[way] = found.get(way, "") + text
    return found
