"""Pushing rows: the contract is checked before anything is kept, and a repetition loads nothing twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.linking import Answer, Desk, desk_at
from tests.api.serving import wait_until

RECORDS: list[dict[str, object]] = [
    {"source_id": "t-1", "created_at": "2026-01-05T09:00:00Z", "channel": "Email", "is_escalated": False},
    {"source_id": "t-2", "created_at": "2026-01-06T10:30:00+02:00", "solved_at": None, "reopen_count": 2},
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as found:
        yield found


def _push(desk: Desk, key: str, records: list[dict[str, object]], status: int = 202, stream: str = "ticket") -> Answer:
    with desk.client() as client:
        body = {"client": "acme", "source": "shop", "records": records}
        answer = client.post(f"/v1/push/{stream}", json=body, headers={"idempotency-key": key})
    assert answer.status_code == status, answer.text
    found: Answer = answer.json()
    return found


def _done(desk: Desk, pushed: Answer) -> Answer:
    path = f"/v1/push/ticket/{pushed['id']}"
    wait_until(lambda: desk.get(path)["state"] in {"done", "failed"}, 60)
    return desk.get(path)


def _tickets(desk: Desk) -> list[tuple[object, ...]]:
    with desk.world.database("main").reading() as cursor:
        query = "select source_id, source_system, channel, created_at, reopen_count from normalised.ticket order by 1"
        return list(cursor.execute(query).fetchall())


def test_pushed_rows_arrive_and_are_renewed_by_their_ids(desk: Desk) -> None:
    desk.world.runner.start()
    done = _done(desk, _push(desk, "batch-1", RECORDS))
    assert (done["state"], done["rows_loaded"], done["rows_quarantined"]) == ("done", 2, 0)
    _done(desk, _push(desk, "batch-2", [RECORDS[0] | {"channel": "Chat"}]))

    first, second = _tickets(desk)
    assert first[:3] == ("t-1", "shop", "Chat")
    assert str(second[3]) == "2026-01-06 08:30:00"
    assert second[4] == 2


def test_a_repetition_is_answered_and_not_loaded_again(desk: Desk) -> None:
    first = _push(desk, "batch-1", RECORDS)
    again = _push(desk, "batch-1", RECORDS)
    assert first["repeated"] is False
    assert again == first | {"repeated": True}
    refused = _push(desk, "batch-1", RECORDS[:1], 409)
    assert "conflict" in str(refused)
    assert len(list((desk.world.settings.data_dir / "push").iterdir())) == 1


def test_the_same_push_at_the_same_moment_is_one(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _push(desk, "batch-1", RECORDS), range(6)))
    assert len({one["id"] for one in answers}) == 1
    assert [one["repeated"] for one in answers].count(False) == 1


def test_records_that_break_the_contract_are_named_and_nothing_is_kept(desk: Desk) -> None:
    wrong: list[dict[str, object]] = [
        {"source_id": "t-1", "created_at": "yesterday"},
        {"created_at": "2026-01-05T09:00:00Z", "is_escalated": "no", "reopen_count": 1.5, "colour": "red"},
    ]
    refused = _push(desk, "batch-1", wrong, 422)
    error = refused["error"]
    assert isinstance(error, dict)
    assert {(one["at"], one["problem"]) for one in error["detail"]["wrong"]} == {
        ("records.0.created_at", "is no instant"),
        ("records.1.source_id", "is missing"),
        ("records.1.is_escalated", "is no flag"),
        ("records.1.reopen_count", "is no integer"),
        ("records.1.colour", "is not a column of this stream"),
    }
    assert not (desk.world.settings.data_dir / "push").exists()
    _push(desk, "batch-1", RECORDS)


def test_a_push_needs_its_key_a_known_client_and_a_known_stream(desk: Desk) -> None:
    assert "Idempotency-Key" in str(_push(desk, "", RECORDS, 422))
    assert "not_found" in str(_push(desk, "k", RECORDS, 404, "spaceship"))
    with desk.client() as client:
        body = {"client": "nobody", "records": RECORDS}
        assert client.post("/v1/push/ticket", json=body, headers={"idempotency-key": "k"}).status_code == 404
    with desk.client(desk.reading_key) as client:
        assert client.post("/v1/push/ticket", json={}).status_code == 403


def test_the_contract_is_published(desk: Desk) -> None:
    assert "ticket" in desk.get("/v1/push")["streams"]  # type: ignore[operator]
    contract = desk.get("/v1/push/ticket")["record"]
    assert isinstance(contract, dict)
    assert contract["required"] == ["source_id", "created_at"]
    assert contract["additionalProperties"] is False
    assert contract["properties"]["created_at"]["format"] == "date-time"
    assert "created_date" not in contract["properties"], "what is derived is not given"
