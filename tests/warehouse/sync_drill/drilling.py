"""Runs a sync of the drill desk and compares what is here with the truth, record by record."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from connectors import Access
from tests.connectors.fake_vendor import Asked, FakeVendor, Fault, Told
from tests.warehouse.sync_drill.desk import DrillDesk
from tests.warehouse.sync_drill.fake_desk import NOW, SINCE, FakeDesk
from warehouse import ClientAccount, StreamReport, SyncOptions, SyncReport, WorkspaceDatabase, attempt_sync

CLIENT = ClientAccount("c1", "one", "One", timezone="Europe/Athens")


class Tokens:
    """Credentials that are renewed when they were refused, and remember how often."""

    def __init__(self, *values: str) -> None:
        self._values = list(values)
        self.renewals = 0

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the token in use; the next one if that was refused."""
        if stale is not None and stale.get("access_token") == self._values[0] and len(self._values) > 1:
            self._values.pop(0)
            self.renewals += 1
        return {"access_token": self._values[0]}


def options(
    *,
    apart: bool = False,
    now: datetime = NOW,
    tokens: Tokens | None = None,
    history_seconds: float | None = None,
    accept_deletions: bool = False,
    zone: str = CLIENT.timezone,
) -> SyncOptions:
    """Return what a sync of the desk needs."""
    access = Access(DrillDesk.auths[0], tokens or Tokens("first-token", "second-token"))
    return SyncOptions(
        "desk",
        "Drill desk",
        (replace(CLIENT, timezone=zone),),
        {},
        now,
        SINCE,
        access,
        history_seconds=history_seconds,
        apart=apart,
        accept_deletions=accept_deletions,
    )


def drill(database: WorkspaceDatabase, given: SyncOptions) -> tuple[SyncReport, Exception | None]:
    """Sync the desk."""
    return attempt_sync(database, DrillDesk(), given)


def of(report: SyncReport) -> tuple[StreamReport, StreamReport]:
    """Return what became of the tickets and of the agents."""
    found = {one.stream: one for one in report.streams}
    return found["tickets"], found["agents"]


def children() -> list[int]:
    """Return the processes that this one has started and that still live."""
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return [int(number) for path in found for number in path.read_text().split()]


@contextmanager
def killing(fake: FakeVendor, at: int) -> Iterator[list[int]]:
    """Kill the process that reads when the fake gets the request with this number."""
    killed: list[int] = []
    answer = fake.answer

    def answered(asked: Asked) -> Told:
        if len(fake.asked) >= at and not killed:
            killed.extend(children())
            for process in killed:
                os.kill(process, signal.SIGKILL)
        return answer(asked)

    fake.answer = answered  # type: ignore[method-assign]
    yield killed


def spread(fake: FakeVendor, faults: list[Fault], every: int, seconds: float = 0.2) -> None:
    """Let one of so many requests fail, each in another way, until there are no faults left in the list."""
    answer, before = fake.answer, len(fake.asked)

    def answered(asked: Asked) -> Told:
        if faults and (len(fake.asked) - before) % every == 0 and not fake.faults.waiting:
            fake.faults.next(faults.pop(0), seconds=seconds)
        return answer(asked)

    fake.answer = answered  # type: ignore[method-assign]


def rows(database: WorkspaceDatabase, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    with database.reading() as cursor:
        return cursor.execute(sql).fetchall()


def assert_true(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    """Check that every ticket and agent of the desk is here once, as it is there, and no other."""
    tickets = sorted((str(one["id"]), one["subject"], one["status"]) for one in fake.truth("tickets"))
    assert rows(
        database, "select source_id, subject, ticket_status from normalised.ticket where is_listed order by 1"
    ) == sorted(tickets)
    agents = sorted((str(one["id"]), one["name"]) for one in fake.truth("agents"))
    assert rows(database, "select source_id, agent from normalised.user_agent where is_listed order by 1") == agents
    twice = "select count(*) - count(distinct (_owner, _key)) from raw.{table}"
    for table in ("drill__tickets", "drill__agents"):
        assert rows(database, twice.format(table=table)) == [(0,)]
