"""Handing out and renewing tokens: once for all, stored before it is used, and never dropped for a passing trouble."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api.oauth.access import GrantCredentials
from api.oauth.records import Grant, GrantState, Tokens
from api.oauth.repository import OAuthRepository
from api.settings import Settings
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import CredentialGrantRow, new_id
from api.workspaces.service import find_or_create_workspace
from api.workspaces.vault import open_vault
from connectors import RateLimitedError, SourceDownError, TokenRevokedError
from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET, Authority, FakeLedger, Granted
from tests.api.ledger_source import OAUTH, LedgerSource, ask, six_tasks
from tests.connectors.fake_vendor import Fault

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Linked:
    """A grant at a fake vendor, whose access token has ended."""

    settings: Settings
    metadata: MetadataDatabase
    fake: FakeLedger
    workspace_id: str
    grant_id: str

    @property
    def credentials(self) -> GrantCredentials:
        return GrantCredentials(self.metadata, self.workspace_id, self.grant_id, LedgerSource(), OAUTH)

    @property
    def grant(self) -> Grant:
        with self.metadata.read() as session:
            found = OAuthRepository(session).grant(self.workspace_id, self.grant_id)
        assert found is not None
        return found

    @property
    def secret(self) -> dict[str, object]:
        return self.metadata.secrets.open(self.workspace_id, self.grant_id, self.grant.secret)


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Linked]:
    monkeypatch.setenv("BELVEDERE_OAUTH_LEDGER_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("BELVEDERE_OAUTH_LEDGER_CLIENT_SECRET", CLIENT_SECRET)
    settings = Settings(data_dir=tmp_path)
    metadata = open_vault(settings)
    with FakeLedger(Authority()) as fake:
        monkeypatch.setenv("BELVEDERE_SOURCE_LEDGER_URL", fake.address)
        fake.authority.grants.append(Granted("person-1", access="old", refresh="refresh-0"))
        workspace_id = find_or_create_workspace(metadata, "main").id
        grant_id = new_id()
        tokens = Tokens({"access_token": "old", "refresh_token": "refresh-0"}, datetime.now(UTC) - timedelta(seconds=1))
        sealed = metadata.secrets.seal(workspace_id, grant_id, tokens.values)
        columns = {"source": "ledger", "auth_kind": "oauth2", "settings": {"region": "north"}}
        with metadata.write() as session:
            OAuthRepository(session).add_grant(workspace_id, grant_id, columns, sealed, tokens)
        yield Linked(settings, metadata, fake, workspace_id, grant_id)
    metadata.close()


def test_an_ended_token_is_renewed_once_and_stored(linked: Linked) -> None:
    assert asyncio.run(six_tasks(linked.credentials)) == [1] * 6

    assert linked.fake.authority.refreshes == 1
    assert linked.grant.version == 2
    assert linked.secret["refresh_token"] == linked.fake.authority.grants[0].refresh
    assert linked.secret["earlier_refresh_token"] == "refresh-0"
    assert asyncio.run(ask(linked.credentials)) == 1
    assert linked.fake.authority.refreshes == 1


def test_what_renews_is_not_handed_out(linked: Linked) -> None:
    assert set(asyncio.run(linked.credentials.current())) == {"access_token"}


def test_four_processes_of_six_tasks_renew_once(linked: Linked) -> None:
    command = [sys.executable, "-m", "tests.api.ledger_source", str(linked.settings.data_dir)]
    children = [
        subprocess.Popen(
            [*command, linked.workspace_id, linked.grant_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "BELVEDERE_DATABASE_URL": linked.settings.metadata_url},
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    answers = [child.communicate(timeout=60)[0].strip() for child in children]

    assert answers == [str([1] * 6)] * 4
    assert linked.fake.authority.refreshes == 1
    assert linked.fake.authority.reused == 0
    assert linked.grant.version == 2


def test_a_refused_token_is_renewed_and_the_request_repeated(linked: Linked) -> None:
    asyncio.run(ask(linked.credentials))
    linked.fake.faults.next(Fault.EXPIRED, path="ledgers")

    assert asyncio.run(ask(linked.credentials)) == 1
    assert linked.fake.authority.refreshes == 2


def test_a_revoked_grant_needs_a_person(linked: Linked) -> None:
    linked.fake.authority.grants[0].revoked = True

    with pytest.raises(TokenRevokedError, match="Link the account again"):
        asyncio.run(ask(linked.credentials))
    assert linked.grant.state is GrantState.NEEDS_SIGN_IN
    assert linked.grant.reason is not None
    assert linked.secret["refresh_token"] == "refresh-0", "nothing is thrown away"

    with pytest.raises(TokenRevokedError):
        asyncio.run(ask(linked.credentials))
    assert linked.fake.authority.refreshes == 1, "the vendor is not asked again and again"


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.DROP, Fault.TRUNCATE, Fault.TOO_MANY])
def test_a_passing_trouble_keeps_the_token(linked: Linked, fault: Fault) -> None:
    linked.fake.authority.grace = True  # so that what was lost on the way can be asked for again
    linked.fake.faults.next(fault, path="token", seconds=0)

    with pytest.raises((SourceDownError, RateLimitedError), match="Ledger"):
        asyncio.run(linked.credentials.current())
    assert linked.grant.state is GrantState.WORKING
    assert linked.secret["refresh_token"] == "refresh-0"

    assert asyncio.run(ask(linked.credentials)) == 1
    assert linked.grant.version == 2


def test_a_crash_between_exchange_and_store_is_told_or_mended(linked: Linked) -> None:
    """What a process that dies in between leaves behind: a spent token at the vendor, the old one with us, a lease."""
    authority = linked.fake.authority
    authority.grants[0].refresh, authority.grants[0].before = "refresh-lost", "refresh-0"
    with linked.metadata.write() as session:
        assert OAuthRepository(session).take_lease(linked.grant_id, 1, "the dead")
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(CredentialGrantRow).values(lease_until=past))
    authority.grace = True

    assert asyncio.run(ask(linked.credentials)) == 1, "a vendor with a grace gives the account back"

    authority.grace = False
    authority.grants[0].refresh, authority.grants[0].access = "refresh-lost-again", "nobody's"
    with pytest.raises(TokenRevokedError):
        asyncio.run(ask(linked.credentials))
    assert linked.grant.state is GrantState.NEEDS_SIGN_IN


def test_the_token_before_is_tried_when_the_newest_has_never_worked(linked: Linked) -> None:
    asyncio.run(linked.credentials.current())
    stored = str(linked.secret["refresh_token"])
    authority = linked.fake.authority
    authority.grace = True
    # The vendor has lost what it handed out last, and still knows the one before.
    authority.grants[0].refresh, authority.grants[0].access = "refresh-0", "nobody's"
    assert stored != "refresh-0"

    assert asyncio.run(ask(linked.credentials)) == 1
    assert linked.grant.state is GrantState.WORKING
    assert linked.secret["earlier_refresh_token"] == "refresh-0"


def test_whoever_loses_the_race_takes_what_the_winner_stored(linked: Linked) -> None:
    """The vendor refuses the loser, who then finds that the row has a newer version."""
    slow, winner = linked.credentials, linked.credentials
    linked.fake.faults.next(Fault.SLOW, path="token", seconds=0.6)
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(asyncio.run(slow.current())))
    thread.start()
    while linked.fake.authority.refreshes == 0:
        pass
    with linked.metadata.write() as session:  # as if the lease had run out
        session.execute(update(CredentialGrantRow).values(lease=None, lease_until=None))
    linked.fake.authority.grace = True
    linked.fake.authority.grants[0].before = "refresh-0"
    quick = asyncio.run(winner.current())
    thread.join()

    assert answers == [quick]
    assert linked.grant.version == 2
    assert linked.grant.state is GrantState.WORKING


def test_a_row_moved_to_another_workspace_is_refused(linked: Linked) -> None:
    from api.errors import SecretKeyError

    other = find_or_create_workspace(linked.metadata, "other").id
    with linked.metadata.write() as session:
        session.execute(update(CredentialGrantRow).values(workspace_id=other))
    moved = GrantCredentials(linked.metadata, other, linked.grant_id, LedgerSource(), OAUTH)

    with pytest.raises(SecretKeyError, match="another row"):
        asyncio.run(moved.current())
    assert linked.fake.authority.refreshes == 0
