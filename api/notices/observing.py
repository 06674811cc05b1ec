"""Opens, renews and closes notices, so that they say what is so now; each look starts from the tables alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.notices.conditions import FAILURES, Situation, judge
from api.notices.records import Finding, Notice, NoticeKind, NoticeState
from api.notices.repository import NoticeRepository
from api.oauth.repository import OAuthRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import ConnectionState, Run, Workspace
from api.workspaces.repository import Repository

# What comes and goes within a day is one notice: it was sent already. A sign-in ends only after a person renewed it.
SAME_WITHIN = timedelta(days=1)
_ALWAYS_NEW = frozenset({NoticeKind.NEEDS_SIGN_IN})
_OF_OTHERS = frozenset({NoticeKind.METRIC_ALERT, NoticeKind.BACKUP_FAILED})
_OF_CONNECTIONS = tuple(kind for kind in NoticeKind if kind not in _OF_OTHERS)  # those are looked after here
_RUNS = FAILURES + 3  # those that our own end has cut off do not count


@dataclass(frozen=True)
class _Changes:
    opened: tuple[Finding, ...]
    renewed: tuple[tuple[Notice, Finding], ...]
    closed: tuple[Notice, ...]

    def __bool__(self) -> bool:
        return bool(self.opened or self.renewed or self.closed)


def observe(metadata: MetadataDatabase, workspace: Workspace, moment: datetime, *, stale_too: bool = True) -> None:
    """Bring the notices of a workspace's connections up to date."""
    with metadata.read() as session:
        changes = _changes(session, workspace, moment, stale_too=stale_too)
    if not changes:
        return
    with metadata.write() as session:
        repository = NoticeRepository(session)
        for finding in changes.opened:
            _open(repository, workspace.id, finding, moment)
        for notice, finding in changes.renewed:
            repository.renew(notice.id, finding)
        for notice in changes.closed:
            repository.resolve(notice.id, moment)


def _open(repository: NoticeRepository, workspace_id: str, finding: Finding, moment: datetime) -> None:
    before = None
    if finding.kind not in _ALWAYS_NEW:
        before = repository.closed_since(workspace_id, finding.kind, finding.subject, moment - SAME_WITHIN)
    if before is None:
        repository.add(workspace_id, finding, moment)
    else:
        repository.renew(before, finding)


def _changes(session: Session, workspace: Workspace, moment: datetime, *, stale_too: bool) -> _Changes:
    opened, renewed, closed = [], [], []
    listed = NoticeRepository(session).notices(workspace.id, NoticeState.OPEN, 10_000)
    known = {(one.finding.kind, one.finding.subject): one for one in listed if one.finding.kind in _OF_CONNECTIONS}
    for situation in _situations(session, workspace):
        subject = situation.connection.id
        verdict = judge(situation, moment, stale_too=stale_too)
        found = {one.kind: one for one in verdict.findings}
        for kind in _OF_CONNECTIONS:
            notice, finding = known.pop((kind, subject), None), found.get(kind)
            if finding is not None and notice is None:
                opened.append(finding)
            elif finding is not None and notice is not None:
                finding = _continued(notice.finding, finding)
                if finding != notice.finding:
                    renewed.append((notice, finding))
            elif notice is not None and kind not in verdict.undecided:
                closed.append(notice)
    closed += known.values()  # of connections that were removed
    return _Changes(tuple(opened), tuple(renewed), tuple(closed))


def _continued(before: Finding, now: Finding) -> Finding:
    """Keep the last warning's occasion once a sign-in has ended: the next sync tells of that."""
    warning, _, grant = before.occasion.partition(":")
    if now.kind is NoticeKind.SIGN_IN_EXPIRES and now.occasion == f"0:{grant}" and warning:
        return replace(now, occasion=before.occasion)
    return now


def _situations(session: Session, workspace: Workspace) -> list[Situation]:
    repository = Repository(session)
    grants = {one.id: one for one in OAuthRepository(session).grants(workspace.id)}
    last, good = repository.last_runs(workspace.id), NoticeRepository(session).last_good_runs(workspace.id)
    # Nothing is fetched for a client account that is archived, so its connections need nobody.
    away = {one.id for one in repository.client_accounts(workspace.id, archived=True)}
    away -= {one.id for one in repository.client_accounts(workspace.id)}
    situations = []
    for one in repository.connections(workspace.id):
        if one.client_account_id in away:
            continue
        runs: list[Run] = [last[one.id]] if one.id in last else []
        if one.state is ConnectionState.FAILED:
            runs = repository.runs(workspace.id, one.id, _RUNS)
        grant = grants.get(one.grant_id or "")
        situations.append(Situation(one, grant, runs, good.get(one.id), workspace.timezone))
    return situations
