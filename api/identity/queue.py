"""The matches of a workspace: what the rules have found, what people have decided, and how it is taken back."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.identity.matching import AT_ONCE, CONFIDENCE, Candidate, Match, Method, Place, groups_of, propose
from api.workspaces.database import MetadataDatabase
from api.workspaces.linking_models import AccountMatchRow
from api.workspaces.models import now
from api.workspaces.repository import Repository
from warehouse import WorkspaceDatabase, read_account_emails, read_account_records

PROPOSED, ACCEPTED, REFUSED = "proposed", "accepted", "refused"


@dataclass(frozen=True)
class StoredMatch:
    """A match and where it stands; without `decided_by` a rule was sure enough."""

    id: str
    client_account_id: str
    match: Match
    state: str
    decided_by: str | None
    decided_at: datetime | None


class MatchQueue:
    """Queries on the matches of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def matches(self, state: str | None = None) -> list[StoredMatch]:
        """Return the matches, the least sure first."""
        query = select(AccountMatchRow).where(AccountMatchRow.workspace_id == self._workspace_id)
        if state is not None:
            query = query.where(AccountMatchRow.state == state)
        return [_stored(row) for row in self._session.scalars(query.order_by(AccountMatchRow.confidence))]

    def add(self, client_account_id: str, matches: Iterable[Match]) -> int:
        """Store what is new, sure ones as accepted, and return how many; what was decided stays decided."""
        known = {one.match.pair for one in self.matches() if one.client_account_id == client_account_id}
        fresh = [one for one in matches if one.pair not in known]
        self._session.add_all(self._row(client_account_id, one) for one in fresh)
        self._session.flush()
        return len(fresh)

    def decide(self, match_id: str, state: str, decided_by: str) -> StoredMatch | None:
        """Accept or refuse a match, or put it back into the queue; None if there is none with this id."""
        query = select(AccountMatchRow).where(AccountMatchRow.workspace_id == self._workspace_id)
        row = self._session.scalar(query.where(AccountMatchRow.id == match_id))
        if row is None:
            return None
        row.state, row.decided_by, row.decided_at = state, decided_by, now()
        self._session.flush()
        return _stored(row)

    def accept(self, client_account_id: str, match: Match, decided_by: str) -> StoredMatch:
        """Accept a match that a person makes by hand, whether or not it was known."""
        for one in self.matches():
            if one.client_account_id == client_account_id and one.match.pair == match.pair:
                return self.decide(one.id, ACCEPTED, decided_by) or one
        row = self._row(client_account_id, match)
        row.state, row.decided_by, row.decided_at = ACCEPTED, decided_by, now()
        self._session.add(row)
        self._session.flush()
        return _stored(row)

    def groups(self, client_account_id: str) -> dict[Place, Place]:
        """Return which record stands for each account of a client, by the accepted matches."""
        accepted = [one for one in self.matches(ACCEPTED) if one.client_account_id == client_account_id]
        return groups_of((one.match.place, one.match.other) for one in accepted)

    def _row(self, client_account_id: str, match: Match) -> AccountMatchRow:
        sure = match.confidence >= AT_ONCE
        return AccountMatchRow(
            workspace_id=self._workspace_id,
            client_account_id=client_account_id,
            source=match.place.source,
            account_id=match.place.account_id,
            other_source=match.other.source,
            other_account_id=match.other.account_id,
            method=match.method.value,
            evidence=match.evidence,
            confidence=match.confidence,
            state=ACCEPTED if sure else PROPOSED,
            decided_at=now() if sure else None,
        )


def look_for_matches(metadata: MetadataDatabase, database: WorkspaceDatabase, workspace_id: str) -> int:
    """Look at the accounts that were loaded, and return how many new matches the rules have found."""
    candidates = read_candidates(database)
    with metadata.write() as session:
        queue = MatchQueue(session, workspace_id)
        clients = {one.id for one in Repository(session).client_accounts(workspace_id)}
        return sum(queue.add(client, propose(listed)) for client, listed in candidates.items() if client in clients)


def person_says(one: Place, other: Place) -> Match:
    """Return the match that a person makes by hand."""
    first, second = sorted((one, other))
    return Match(first, second, Method.PERSON, CONFIDENCE[Method.PERSON], "a person says so")


def read_candidates(database: WorkspaceDatabase) -> dict[str, list[Candidate]]:
    """Return the accounts of a workspace's data, by client account."""
    emails: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    found: dict[str, list[Candidate]] = defaultdict(list)
    with database.reading() as cursor:
        for client, source, account_id, email in read_account_emails(cursor):
            emails[client, source, account_id].add(email)
        records = read_account_records(cursor)
    for one in records:
        client, place = one.client_account_id, Place(one.source_system, one.account_id)
        mine = frozenset(emails[client, place.source, place.account_id])
        found[client].append(Candidate(place, one.name or "", one.domain or "", _ids(one.external_ids), mine))
    return dict(found)


def _ids(text: str | None) -> dict[str, str]:
    """Return the ids elsewhere that a record names: a JSON object by source; anything else names none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items() if value} if isinstance(found, dict) else {}


def _stored(row: AccountMatchRow) -> StoredMatch:
    match = Match(
        Place(row.source, row.account_id),
        Place(row.other_source, row.other_account_id),
        Method(row.method),
        row.confidence,
        row.evidence,
    )
    return StoredMatch(row.id, row.client_account_id, match, row.state, row.decided_by, row.decided_at)
