"""Extraction in a process of its own, and what is left when that one or its parent is killed."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors import Access, Context, Cursor, RateLimitedError, TokenRevokedError
from schemas import SemanticModel
from tests.connectors.fake_vendor import Asked, Fault, Told
from tests.warehouse.sync_drill.conftest import ROOT
from tests.warehouse.sync_drill.desk import TICKETS, DrillDesk
from tests.warehouse.sync_drill.drilling import Tokens, assert_true, children, drill, killing, of, options
from tests.warehouse.sync_drill.fake_desk import NOW, SINCE, FakeDesk
from warehouse import Warehouse, WorkspaceDatabase
from warehouse.extraction import Part
from warehouse.extraction_process import ExtractionElsewhere

pytestmark = pytest.mark.usefixtures("known_desk")


def alive(process: int) -> bool:
    """Tell whether a process lives; one that is dead but not yet buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: "threading.Event | object", seconds: float = 20) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def readers_of(owner: "subprocess.Popen[bytes]") -> list[int]:
    """Return the processes that an owner has started."""
    found = Path(f"/proc/{owner.pid}/task").glob("*/children")
    return [int(number) for path in found for number in path.read_text().split()]


def end(processes: list[int]) -> None:
    """Kill processes; those that have ended meanwhile are no mistake."""
    for one in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


@pytest.mark.parametrize("at", [1, 9])
def test_a_killed_reader_is_replaced(database: WorkspaceDatabase, fake: FakeDesk, at: int) -> None:
    with killing(fake, at) as killed:
        _, error = drill(database, options(apart=True))
    assert killed
    assert error is None
    assert_true(database, fake)
    assert children() == []


def test_another_process_gives_the_same(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.agents.insert(3, {"name": "Nobody"})
    tokens = Tokens("first-token", "second-token")
    fake.faults.next(Fault.EXPIRED, path="/tickets")
    fake.faults.next(Fault.DOWN, path="/agents")
    report, error = drill(database, options(apart=True, tokens=tokens))
    assert error is None
    assert_true(database, fake)
    tickets, agents = of(report)
    assert (tickets.wasted, agents.wasted, agents.rows_quarantined, tokens.renewals) == (1, 1, 1, 1)
    assert tickets.requests + agents.requests == len(fake.asked)
    assert tickets.differences == ()


def test_errors_come_through_as_they_are(tmp_path: Path, fake: FakeDesk) -> None:
    access = Access(DrillDesk.auths[0], Tokens("refused"))
    extraction = ExtractionElsewhere(DrillDesk(), Context("c", {}, NOW), tmp_path, access)
    try:
        with pytest.raises(TokenRevokedError, match="Drill desk answered 401") as caught:
            list(extraction.read(Part(TICKETS, Cursor(), None, SINCE)))
        assert caught.value.source == "drill"
        fake.refused = set()
        extraction.close()
        extraction = ExtractionElsewhere(
            DrillDesk(), Context("c", {}, NOW), tmp_path, Access(DrillDesk.auths[0], Tokens("first-token"))
        )
        fake.faults.next(Fault.TOO_MANY, seconds=900)
        with pytest.raises(RateLimitedError) as limited:
            list(extraction.read(Part(TICKETS, Cursor(), None, SINCE)))
        assert limited.value.retry_after >= 900
    finally:
        extraction.close()


def test_a_refusal_of_the_credentials_reaches_the_request(tmp_path: Path, fake: FakeDesk) -> None:
    class Gone:
        async def current(self, stale: object = None) -> dict[str, str]:
            await asyncio.sleep(0)
            raise TokenRevokedError("The grant is gone.")

    extraction = ExtractionElsewhere(DrillDesk(), Context("c", {}, NOW), tmp_path, Access(DrillDesk.auths[0], Gone()))
    try:
        with pytest.raises(TokenRevokedError, match="The grant is gone"):
            list(extraction.read(Part(TICKETS, Cursor(), None, SINCE)))
        assert fake.asked == []
    finally:
        extraction.close()


def test_no_secret_is_in_arguments_environment_or_files(
    tmp_path: Path, fake: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELVEDERE_DATABASE_URL", "postgresql://user:metadata-password@host/name")
    monkeypatch.setenv("BELVEDERE_OAUTH_DRILL_CLIENT_SECRET", "client-secret")
    folder = tmp_path / "spool"
    access = Access(DrillDesk.auths[0], Tokens("first-token"))
    extraction = ExtractionElsewhere(DrillDesk(), Context("c", {}, NOW), folder, access)
    try:
        next(iter(extraction.read(Part(TICKETS, Cursor(), None, SINCE))))
        process = Path(f"/proc/{extraction.process_id}")
        seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        seen += b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert b"BELVEDERE_SOURCE_DRILL_URL" in seen
        for secret in (b"first-token", b"metadata-password", b"client-secret"):
            assert secret not in seen
    finally:
        extraction.close()


@pytest.mark.parametrize(("at", "commit_rows"), [(3, ""), (9, ""), (7, "20")])
def test_a_killed_owner_takes_its_reader_along_and_loses_nothing(
    tmp_path: Path, fake: FakeDesk, model: SemanticModel, at: int, commit_rows: str
) -> None:
    data = tmp_path / "data"
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.warehouse.sync_drill.owner", str(data), commit_rows],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    readers: list[int] = []
    answer = fake.answer

    def answered(asked: Asked) -> Told:
        if len(fake.asked) == at:
            readers.extend(readers_of(owner))
            owner.send_signal(signal.SIGKILL)
        return answer(asked)

    fake.answer = answered  # type: ignore[method-assign]
    assert owner.stdout is not None
    said = owner.stdout.read()
    owner.stdout.close()
    assert owner.wait(20) == -signal.SIGKILL
    assert said == b"opened\n"
    assert bool(readers) is not bool(commit_rows)
    wait_for(lambda: not any(alive(one) for one in readers))
    with Warehouse(data, model, threads=2) as warehouse:
        database = warehouse.workspace("main")
        _, error = drill(database, options())
        assert error is None
        assert_true(database, fake)


def test_it_may_be_killed_at_any_moment(tmp_path: Path, fake: FakeDesk, model: SemanticModel) -> None:
    """Kill the owner, or its reader alone, again and again in the middle of one and the same first sync."""
    seed = int(os.environ.get("BELVEDERE_DRILL_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"BELVEDERE_DRILL_SEED={seed}")  # shown where the test fails; set it to see the same again
    chance = random.Random(seed)
    data = tmp_path / "data"
    for commit_rows in ("20", ""):
        command = [sys.executable, "-m", "tests.warehouse.sync_drill.owner", str(data), commit_rows]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as owner:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"opened\n"
            time.sleep(chance.uniform(0, 1.0))  # no event is waited for: any moment will do
            readers = readers_of(owner)
            if chance.random() < 0.5:
                end(readers)
                time.sleep(chance.uniform(0, 0.5))
            owner.kill()
    with Warehouse(data, model, threads=2) as warehouse:
        database = warehouse.workspace("main")
        timer = threading.Timer(chance.uniform(0, 1.5), lambda: end(children()))
        timer.start()
        _, error = drill(database, options(apart=True))
        timer.cancel()
        timer.join()
        assert error is None
        assert_true(database, fake)
    wait_for(lambda: not any(alive(one) for one in readers))
