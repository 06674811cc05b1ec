"""What connections share of a vendor's limits, with a process for each of them that reads at the same time."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors import Access, Context, Cursor, Window
from connectors.pace import Ledger
from connectors.vendor import Rate, Share
from tests.connectors.fake_vendor import Asked, Fault, Told
from tests.warehouse.sync_drill.desk import AGENTS, TICKETS, DrillDesk
from tests.warehouse.sync_drill.drilling import Tokens
from tests.warehouse.sync_drill.fake_desk import NOW, SINCE, FakeDesk
from warehouse.extraction import Part, Taken
from warehouse.extraction_process import ExtractionElsewhere

pytestmark = pytest.mark.usefixtures("known_desk")

SECONDS = 0.5
MOST = 7  # that the desk lets through in that time, whoever asks: ours, and one of each process that came late
OURS = Rate(5, SECONDS, Share.APP)
UNDER_WAY = 0.5  # seconds in which a request that was on its way, and the word of the refusal, arrive
PAUSE = 1.5
HISTORY = Part(TICKETS, Cursor(), Window(SINCE, NOW), SINCE)


class CountingDesk(FakeDesk):
    """A desk that counts the requests of an application."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[float, str]] = []
        self.refused_at: list[float] = []

    def respond(self, asked: Asked) -> tuple[Told, object]:  # type: ignore[override]
        """Note when each request has come, and each refusal."""
        now = time.monotonic()
        self.came.append((now, asked.token))
        if len([one for one, _ in self.came if one > now - SECONDS]) > MOST:
            self.refused_at.append(now)
            return Told(429, {"error": "too many requests"}), None
        told, planned = super().respond(asked)
        if told.status == 429:
            self.refused_at.append(now)
        return told, planned


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingDesk]:
    """The desk, serving."""
    with CountingDesk() as opened:
        for name, value in opened.environment.items():
            monkeypatch.setenv(name, value)
        yield opened


def test_processes_share_what_the_vendor_counts_together(tmp_path: Path, desk: CountingDesk) -> None:
    ledger, ready = Ledger(), threading.Barrier(2)

    def read(name: str) -> int:
        keys = {Share.APP: "app", Share.ACCOUNT: name, Share.SIGN_IN: name}
        access = Access(DrillDesk.auths[0], Tokens(name), ledger.budget((OURS,), keys))
        extraction = ExtractionElsewhere(DrillDesk(), Context(name, {}, NOW), tmp_path / name, access)
        try:
            list(extraction.read(Part(AGENTS, Cursor())))
            ready.wait(20)
            if name == "first-token":
                desk.faults.next(Fault.TOO_MANY, seconds=PAUSE, path="/tickets")
            taken = [one for one in extraction.read(HISTORY) if isinstance(one, Taken)]
            return sum(one.records for one in taken)
        finally:
            extraction.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(read, ("first-token", "second-token")))
    assert counts == [len(desk.tickets)] * 2
    assert {token for _, token in desk.came} == {"first-token", "second-token"}
    refused = desk.refused_at[0]
    # Nobody went over the limit, and the pause that one was asked for was a pause of both.
    assert [one for one in desk.refused_at if one > refused + UNDER_WAY] == []
    assert [one for one, _ in desk.came if refused + UNDER_WAY < one < refused + PAUSE] == []
    last = {token: when for when, token in desk.came}
    assert min(last.values()) > refused + PAUSE  # both were in the middle of it


def test_what_is_left_of_an_order_is_no_answer_to_the_next(tmp_path: Path, fake: FakeDesk) -> None:
    access = Access(DrillDesk.auths[0], Tokens("first-token"))
    extraction = ExtractionElsewhere(DrillDesk(), Context("c", {}, NOW), tmp_path, access)
    try:
        for item in extraction.read(HISTORY):
            if isinstance(item, Taken):
                break  # as when the piece cannot be loaded
        (taken,) = (one for one in extraction.read(Part(AGENTS, Cursor())) if isinstance(one, Taken))
        assert taken.piece is not None
        assert b"Agent 29" in taken.piece.path.read_bytes()
        assert extraction.spent().requests == len(fake.asked)
    finally:
        extraction.close()
