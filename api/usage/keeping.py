"""Writes collected questions in batches, and forgets what is old. Counts add up, whichever process writes them."""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.telemetry import log
from api.usage.collecting import Collector
from api.usage.models import QueryLogRow, UsageCountRow
from api.usage.records import Question, step_of
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import Base, WorkspaceRow, now

KEPT_DAYS = 30
MOST_LOGGED = 1_000  # of a workspace, one by one; older ones are only counted
_SECONDS_BETWEEN_WRITES = 5.0
_PRUNE_EVERY = timedelta(hours=1)
_KEY = ("workspace_id", "day", "asker_id", "dataset", "outcome", "step")


class Keeper:
    """Moves questions from the memory of this process into the metadata; `datasets` are the names that there are."""

    def __init__(self, metadata: MetadataDatabase, collector: Collector, datasets: Collection[str]) -> None:
        self._metadata = metadata
        self._collector = collector
        self._datasets = frozenset(datasets)
        self._pruned: datetime | None = None

    def run(self, stopping: threading.Event) -> None:
        """Write until the program ends, and once more then."""
        while not stopping.wait(_SECONDS_BETWEEN_WRITES):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self.flush()
            if self._pruned is None or now() - self._pruned > _PRUNE_EVERY:
                self.prune(now())
        except Exception as error:  # Nobody's chart depends on it, and the next try may do better.
            log().error("usage could not be written", exc_info=error)

    def flush(self) -> None:
        """Write what has come; what cannot be written is kept for the next try."""
        taken = self._collector.take()
        if not taken:
            return
        try:
            with self._metadata.write() as session:
                known = set(session.scalars(select(WorkspaceRow.id)))
                questions = [one for one in taken if one.workspace_id in known]  # a workspace may be gone by now
                if questions:
                    self._count(session, questions)
                    _log(session, questions)
        except BaseException:
            self._collector.give_back(taken)
            raise

    def prune(self, moment: datetime) -> None:
        """Forget what is older than thirty days, and of each workspace all but the newest questions."""
        eldest = moment - timedelta(days=KEPT_DAYS)
        with self._metadata.write() as session:
            session.execute(delete(UsageCountRow).where(UsageCountRow.day < eldest.date()))
            session.execute(delete(QueryLogRow).where(QueryLogRow.asked_at < eldest))
            for workspace_id in session.scalars(select(QueryLogRow.workspace_id).distinct()).all():
                _keep_newest(session, workspace_id)
        self._pruned = moment

    def _count(self, session: Session, questions: Iterable[Question]) -> None:
        requests: Counter[tuple[str, date, str, str, str, int]] = Counter()
        rows: Counter[tuple[str, date, str, str, str, int]] = Counter()
        names: dict[str, str] = {}
        for one in questions:
            # A name that is none is counted as none: a mistyped chart may not fill the table.
            dataset = one.dataset if one.dataset in self._datasets else ""
            day = datetime.fromtimestamp(one.asked_at, UTC).date()
            key = (one.workspace_id, day, one.asker_id[:64], dataset, one.outcome, step_of(one.elapsed_ms))
            requests[key] += 1
            rows[key] += one.rows or 0
            names[one.asker_id[:64]] = one.asker_name[:300]
        values = [
            # In one order, so that two processes never wait for each other's rows crosswise.
            {**dict(zip(_KEY, key, strict=True)), "asker_name": names[key[2]], "requests": count, "rows": rows[key]}
            for key, count in sorted(requests.items())
        ]
        _add_up(session, values)


def _add_up(session: Session, values: Sequence[dict[str, object]]) -> None:
    """Insert counts, or add them to those that are there."""
    table = _table(UsageCountRow)
    if session.get_bind().dialect.name == "postgresql":
        in_postgres = postgresql.insert(table)
        more = {name: table.c[name] + in_postgres.excluded[name] for name in ("requests", "rows")}
        named = {"asker_name": in_postgres.excluded.asker_name}
        session.execute(in_postgres.on_conflict_do_update(index_elements=_KEY, set_=more | named), values)
        return
    in_sqlite = sqlite.insert(table)
    more = {name: table.c[name] + in_sqlite.excluded[name] for name in ("requests", "rows")}
    named = {"asker_name": in_sqlite.excluded.asker_name}
    session.execute(in_sqlite.on_conflict_do_update(index_elements=_KEY, set_=more | named), values)


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table


def _log(session: Session, questions: Sequence[Question]) -> None:
    newest: dict[str, list[Question]] = {}
    for one in questions:
        newest.setdefault(one.workspace_id, []).append(one)
    values = [
        {
            "workspace_id": one.workspace_id,
            "asked_at": datetime.fromtimestamp(one.asked_at, UTC),
            "asker_id": one.asker_id[:64],
            "asker_name": one.asker_name[:300],
            "dataset": one.dataset,
            "fields": list(one.fields),
            "clients": one.clients,
            "rows": one.rows,
            "elapsed_ms": round(one.elapsed_ms, 2),
            "outcome": one.outcome,
        }
        for listed in newest.values()
        for one in listed[-MOST_LOGGED:]
    ]
    # The table itself, because the mapper would cost as much again for each row.
    session.execute(insert(_table(QueryLogRow)), values)


def _keep_newest(session: Session, workspace_id: str) -> None:
    of_workspace = QueryLogRow.workspace_id == workspace_id
    last = (
        select(QueryLogRow.sequence)
        .where(of_workspace)
        .order_by(QueryLogRow.sequence.desc())
        .offset(MOST_LOGGED - 1)
        .limit(1)
    )
    first_kept = session.scalar(select(func.coalesce(last.scalar_subquery(), 0)))
    session.execute(delete(QueryLogRow).where(of_workspace, QueryLogRow.sequence < first_kept))
