"""Accounts matched across sources: the order of the rules, doubts, decisions that stay, and taking back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api.identity.matching import Candidate, Match, Method, Place, groups_of, plain_domain, propose
from api.identity.queue import ACCEPTED, PROPOSED, REFUSED, MatchQueue, person_says, read_candidates
from api.jobs.records import JobKind
from api.jobs.work import import_arguments
from api.workspaces.models import JobRow
from tests.api.linking import Desk, desk_at
from warehouse import Mapping

CRM = Candidate(Place("hubspot", "h1"), "Acme", "https://www.acme.example/about")
DESK = Candidate(Place("zendesk", "z1"), "Acme Ltd", external_ids={"hubspot": "h1"})
BOOKS = Candidate(Place("xero", "x1"), "ACME", emails=frozenset({"pay@acme.example", "joe@gmail.com"}))


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Ada <ada@ACME.example", "acme.example"),
        ("https://www.acme.example/x", "acme.example"),
        ("acme.example:443", "acme.example"),
        ("ada@gmail.com", ""),
        ("gmail.com", ""),
        ("localhost", ""),
        ("no domain.", ""),
        ("", ""),
    ],
)
def test_a_domain_is_read_from_what_people_write(text: str, domain: str) -> None:
    assert plain_domain(text) == domain


def test_the_first_rule_that_speaks_decides() -> None:
    both = Candidate(DESK.place, DESK.name, "acme.example", DESK.external_ids)
    found = {one.pair: one for one in propose([CRM, both, BOOKS])}

    assert found[frozenset((CRM.place, DESK.place))].method is Method.CRM_ID
    assert found[frozenset((CRM.place, BOOKS.place))].method is Method.EMAIL_DOMAIN
    assert len(found) == 3


def test_free_mail_and_one_source_match_nothing() -> None:
    first = Candidate(Place("xero", "x1"), emails=frozenset({"a@gmail.com"}))
    second = Candidate(Place("zendesk", "z1"), emails=frozenset({"b@gmail.com"}))
    same = [Candidate(Place("xero", str(number)), domain="acme.example") for number in range(3)]
    assert propose([first, second]) == []
    assert propose(same) == []


def test_two_candidates_are_for_a_person_to_decide() -> None:
    twin = Candidate(Place("zendesk", "z2"), domain="acme.example")
    one = Candidate(Place("zendesk", "z1"), domain="acme.example")
    assert [match.confidence for match in propose([CRM, one])] == [0.95]
    assert [match.confidence for match in propose([CRM, one, twin])] == [0.475, 0.475]


def test_groups_follow_chains() -> None:
    a, b, c, d = (Place(source, "1") for source in "abcd")
    assert groups_of([(c, b), (b, a)]) == {a: a, b: a, c: a}
    assert groups_of([(a, b), (d, c), (c, b)])[d] == a
    assert groups_of([]) == {}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as found:
        yield found


def _client(desk: Desk) -> str:
    clients = desk.get("/v1/clients")
    assert isinstance(clients, list)
    return str(clients[0]["id"])


def test_decisions_stay_and_can_be_taken_back(desk: Desk) -> None:
    client, found = _client(desk), propose([CRM, DESK, BOOKS])
    with desk.world.metadata.write() as session:
        queue = MatchQueue(session, desk.workspace_id)
        assert queue.add(client, found) == 2
        assert queue.add(client, found) == 0
        (waiting,) = queue.matches(PROPOSED)
        assert waiting.match.method is Method.EMAIL_DOMAIN
        assert queue.groups(client) == {CRM.place: CRM.place, DESK.place: CRM.place}

        assert queue.decide(waiting.id, ACCEPTED, "ada") is not None
        assert queue.groups(client)[BOOKS.place] == CRM.place
        queue.decide(waiting.id, REFUSED, "ada")
        assert BOOKS.place not in queue.groups(client)
        assert queue.add(client, found) == 0, "what was refused is not proposed again"
        assert queue.matches(REFUSED)[0].decided_by == "ada"

        (sure,) = queue.matches(ACCEPTED)
        queue.decide(sure.id, PROPOSED, "ada")
        assert queue.groups(client) == {}
        assert queue.add(client, [person_says(DESK.place, BOOKS.place)]) == 1
        assert queue.groups(client) == {DESK.place: BOOKS.place, BOOKS.place: BOOKS.place}


def test_another_workspace_decides_nothing(desk: Desk) -> None:
    with desk.world.metadata.write() as session:
        MatchQueue(session, desk.workspace_id).add(_client(desk), [_any()])
    with desk.world.metadata.write() as session:
        (mine,) = MatchQueue(session, desk.workspace_id).matches()
        assert MatchQueue(session, "somebody else").decide(mine.id, REFUSED, "eve") is None
        assert MatchQueue(session, "somebody else").matches() == []


def _any() -> Match:
    return person_says(CRM.place, DESK.place)


def test_candidates_are_the_accounts_that_were_loaded(desk: Desk, tmp_path: Path) -> None:
    for source, text in (
        ("crm", 'id,name,domain,ids\nc1,Acme,acme.example,"{""shop"": ""s9""}"\n'),
        ("shop", "id,name,domain,ids\ns9,Acme,,\n"),
    ):
        path = tmp_path / f"{source}.csv"
        path.write_text(text, encoding="utf-8")
        columns = {"source_id": "id", "account": "name", "domain": "domain", "external_ids": "ids"}
        mapping = Mapping.model_validate({"entity": "account", "source": source, "columns": columns})
        _load(desk, import_arguments(path, "acme", mapping))

    (candidates,) = read_candidates(desk.world.database("main")).values()
    (match,) = propose(candidates)
    assert (match.place, match.other) == (Place("crm", "c1"), Place("shop", "s9"))
    assert match.method is Method.EXPLICIT_ID

    assert desk.post("/v1/matches/search", None, 200)["found"] == 1
    again = desk.post("/v1/matches/search", None, 200)
    assert again["found"] == 0
    listed = again["matches"][0]  # type: ignore[index]
    assert (listed["client"], listed["state"], listed["decided_by"]) == ("acme", "accepted", None)
    refused = desk.post(f"/v1/matches/{listed['id']}", {"state": "refused"}, 200)
    assert (refused["state"], refused["decided_by"]) == ("refused", "key admin")
    assert desk.get("/v1/matches?state=accepted")["matches"] == []
    assert "not_found" in str(desk.post("/v1/matches/nothing", {"state": "accepted"}, 404))


def test_a_match_by_hand_counts_two_records_as_one(desk: Desk, tmp_path: Path) -> None:
    for source, entity, columns, text in (
        ("crm", "account", {"source_id": "id", "account": "name"}, "id,name\nc1,Acme\n"),
        ("shop", "account", {"source_id": "id", "account": "name"}, "id,name\ns9,Acme shop\n"),
        ("shop", "ticket", {"source_id": "id", "account_id": "of", "created_at": "at"}, "id,of,at\nt1,s9,2026-01-05\n"),
    ):
        path = tmp_path / f"{source}_{entity}.csv"
        path.write_text(text, encoding="utf-8")
        mapping = Mapping.model_validate({"entity": entity, "source": source, "columns": columns})
        _load(desk, import_arguments(path, "acme", mapping))
    assert _tickets(desk) == [("s9", "Acme shop")]

    crm, shop = {"source": "crm", "account_id": "c1"}, {"source": "shop", "account_id": "s9"}
    for accounts, client, status, told in (
        ([crm, {"source": "shop", "account_id": "s8"}], "acme", 404, "'s8' of the source 'shop'"),
        ([crm, shop], "globex", 404, "has no account"),
        ([crm, shop], "nobody", 404, "no client account"),
        ([crm, crm], "acme", 422, "one and the same"),
        ([crm], "acme", 422, "accounts"),
    ):
        assert told in str(desk.post("/v1/matches", {"client": client, "accounts": accounts}, status))
    made = desk.post("/v1/matches", {"client": "acme", "accounts": [shop, crm]})
    assert (made["state"], made["method"], made["decided_by"]) == ("accepted", "person", "key admin")
    _follow(desk)
    assert _tickets(desk) == [("c1", "Acme")]
    with desk.world.database("main").reading() as cursor:
        links = "select source_system, account_id, position, match_method, confidence, approved_by "
        assert cursor.execute(f"{links} from normalised.account_link order by position").fetchall() == [
            ("crm", "c1", 0, "person", 1.0, "key admin"),
            ("shop", "s9", 1, "person", 1.0, "key admin"),
        ]
    # What the rules see is each record as its own source tells of it.
    (candidates,) = read_candidates(desk.world.database("main")).values()
    assert {one.name for one in candidates} == {"Acme", "Acme shop"}

    desk.post(f"/v1/matches/{made['id']}", {"state": "refused"}, 200)
    _follow(desk)
    assert _tickets(desk) == [("s9", "Acme shop")]
    again = desk.post("/v1/matches", {"client": "acme", "accounts": [crm, shop]})
    assert (again["id"], again["state"]) == (made["id"], "accepted")


def _tickets(desk: Desk) -> list[tuple[str, str]]:
    with desk.world.database("main").reading() as cursor:
        return cursor.execute("select account_id, account from normalised.ticket").fetchall()


def _follow(desk: Desk) -> None:
    """Do the work that a decision has queued."""
    with desk.world.metadata.read() as session:
        waiting = list(session.scalars(select(JobRow.id).where(JobRow.kind == JobKind.LINKS, JobRow.state == "queued")))
    for job_id in waiting:
        assert desk.world.runner.run_now(job_id).error is None
    assert waiting


def _load(desk: Desk, arguments: dict[str, object]) -> None:
    from api.workspaces.service import find_workspace

    workspace = find_workspace(desk.world.metadata, "main")
    job = desk.world.runner.run_now(desk.world.runner.enqueue(workspace, JobKind.IMPORT, arguments))
    assert job.error is None, job.error
