"""Usage: what was asked is counted exactly, by whoever asked it, with the time it took; and the page of it."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from api.usage.collecting import Collector
from api.usage.keeping import KEPT_DAYS, MOST_LOGGED, Keeper
from api.usage.records import COMPUTED, Question, duration_of, step_of
from api.usage.summing import Figures, Span, Usage
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.service import create_key, find_or_create_workspace
from tests.api.asking import body_of, condition, post
from tests.api.serving import Served

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL = Span((NOW - timedelta(days=60)).date(), NOW.date())


@pytest.fixture(scope="module")
def admin(served: Served) -> str:
    workspace = find_or_create_workspace(served.world.metadata, "main")
    return create_key(served.world.metadata, workspace, "usage admin", admin=True).secret


def usage(served: Served, key: str, **query: str | int) -> dict[str, Any]:
    with served.client(key) as client:
        answer = client.get("/v1/usage", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_known_requests_are_counted(served: Served, admin: str) -> None:
    metadata = served.world.metadata
    made = create_key(metadata, find_or_create_workspace(metadata, "main"), "counted", ["acme"])
    # Nobody else asks for exactly this, so the first answer is computed and the next two come from memory.
    wanted = condition("category", "IN_LIST", "Kept by nobody", "Billing")
    asked = body_of("city", "tickets_created", dimensionsFilters=[[wanted]])
    first = post(served, "data", asked, made.secret)
    rows = len(first.json()["rows"])
    again = [post(served, "data", asked, made.secret).status_code for _ in range(2)]
    wrong = [
        post(served, "data", body_of("no_such_field"), made.secret).json()["error"]["code"],
        post(served, "data", {"configParams": {"dataset": "no_such_set"}}, made.secret).json()["error"]["code"],
        post(served, "data", body_of("city", client="globex"), made.secret).json()["error"]["code"],
    ]
    assert (first.status_code, again, rows > 0) == (200, [200, 200], True)
    assert wrong == ["unknown_field", "unknown_dataset", "not_found"]

    told = usage(served, admin, asker=made.id)
    total = told["total"]
    assert (total["requests"], total["errors"], total["rows"]) == (6, 3, 3 * rows)
    assert total["cached_share"] == pytest.approx(2 / 3)
    assert 0 < total["p50_ms"] <= total["p95_ms"]
    assert [one["requests"] for one in told["days"]].count(0) == KEPT_DAYS - 1
    assert told["days"][-1]["datasets"] == {"": 1, "tickets": 5}
    assert {one["dataset"]: one["errors"] for one in told["datasets"]} == {"tickets": 2, "": 1}
    assert [one["asker"] for one in told["askers"]] == [{"id": made.id, "kind": "key", "name": "counted"}]
    assert {one["code"] for one in told["errors"]} == set(wrong)
    assert all(one["advice"] and one["meaning"] for one in told["errors"])

    newest = told["queries"]
    assert [one["error"] for one in newest] == [*reversed(wrong), None, None, None]
    assert [one["cached"] for one in newest] == [False, False, False, True, True, False]
    computed = newest[-1]
    assert (computed["dataset"], computed["fields"], computed["clients"], computed["rows"]) == (
        "tickets",
        ["city", "tickets_created"],
        1,
        rows,
    )
    assert newest[1]["dataset"] == "no_such_set"
    assert newest[2]["advice"] == "Refresh the data source's fields."
    # What filters looked for may be about people: it is written nowhere.
    with metadata.read() as session:
        kept = [*session.execute(text("select * from query_log")), *session.execute(text("select * from usage_count"))]
    assert "city" in str(kept)
    assert "Kept by nobody" not in str(kept)

    assert len(usage(served, admin, asker=made.id, only_errors=True)["queries"]) == 3
    assert usage(served, admin, asker=made.id, dataset="surveys")["total"]["requests"] == 0


def test_usage_is_for_those_who_administer_and_of_their_workspace(served: Served, admin: str) -> None:
    metadata = served.world.metadata
    other = create_key(metadata, find_or_create_workspace(metadata, "other"), "admin of other", admin=True)
    asked = post(served, "data", body_of("city", "tickets_created"), other.secret)
    assert asked.status_code == 200
    assert {one["asker"]["name"] for one in usage(served, other.secret)["askers"]} >= {"admin of other"}
    assert "admin of other" not in {one["asker"]["name"] for one in usage(served, admin)["askers"]}
    with served.client() as reader:
        assert reader.get("/v1/usage").status_code == 403


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[MetadataDatabase, str, str]]:
    url = f"sqlite:///{tmp_path / 'metadata.sqlite'}"
    with closing(open_metadata(url)) as metadata:
        yield metadata, url, find_or_create_workspace(metadata, "main").id


def question(workspace_id: str, at: datetime = NOW, asker: str = "k1", elapsed_ms: float = 5.0) -> Question:
    return Question(workspace_id, at.timestamp(), asker, "A key", "tickets", ("channel",), 1, 7, elapsed_ms, COMPUTED)


def collected(*questions: Question) -> Collector:
    collector = Collector()
    collector.give_back(questions)
    return collector


def test_processes_add_up(kept: tuple[MetadataDatabase, str, str]) -> None:
    """Each has connections of its own and writes the same counts at the same time."""
    metadata, url, workspace_id = kept

    def write() -> None:
        with closing(open_metadata(url)) as own:
            for _ in range(20):
                Keeper(own, collected(*[question(workspace_id)] * 5), {"tickets"}).flush()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    with metadata.read() as session:
        total = Usage(session, workspace_id).total(ALL)
        assert (total.requests, total.rows) == (300, 2_100)
        assert len(Usage(session, workspace_id).newest(1_000, ALL)) == 300


def test_what_cannot_be_written_waits_and_what_is_old_goes(kept: tuple[MetadataDatabase, str, str]) -> None:
    metadata, _, workspace_id = kept
    old = NOW - timedelta(days=KEPT_DAYS + 1)
    gone = question("no such workspace any more")
    collector = collected(question(workspace_id, old, "old"), gone, *[question(workspace_id)] * (MOST_LOGGED + 3))
    keeper = Keeper(metadata, collector, {"tickets"})
    with metadata.write() as session:
        session.execute(text("alter table query_log rename to away"))
    with pytest.raises(OperationalError):
        keeper.flush()
    with metadata.write() as session:
        session.execute(text("alter table away rename to query_log"))
    keeper.flush()
    assert collector.take() == []
    with metadata.read() as session:
        assert Usage(session, workspace_id).total(ALL).requests == MOST_LOGGED + 4
    keeper.prune(NOW)
    with metadata.read() as session:
        found = Usage(session, workspace_id)
        assert found.total(ALL).requests == MOST_LOGGED + 3
        assert set(found.by_asker(ALL)) == {"k1"}
        assert len(found.newest(10_000, ALL)) == MOST_LOGGED


def test_durations_are_right_to_a_tenth() -> None:
    assert all(abs(duration_of(step_of(ms)) / ms - 1) < 0.1 for ms in (0.1, 0.37, 1, 2.9, 17, 99.0, 1_234, 60_000))
    figures = Figures()
    for number in range(1, 101):  # 1, 2, .. 100 ms: half are done within 50 ms, 95 % within 95
        figures.take(COMPUTED, step_of(number), 1, 0)
    figures.take("unknown_field", step_of(9_000), 50, 0)
    assert figures.duration(0.5) == pytest.approx(50, rel=0.1)
    assert figures.duration(0.95) == pytest.approx(95, rel=0.1)
    assert (figures.requests, figures.failed, figures.cached_share) == (150, 50, 0)
    assert Figures().duration(0.5) is None
