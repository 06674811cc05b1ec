"""All queries on closed months."""

from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from api.errors import ConflictError, NotFoundError
from api.frozen.models import FrozenPeriodRow
from api.frozen.records import FrozenPeriod, may_see
from api.workspaces.records import Caller


class FrozenPeriods:
    """The closed months of a caller's workspace that he may see, inside one session."""

    def __init__(self, session: Session, caller: Caller) -> None:
        self._session = session
        self._caller = caller

    def all(self, template_id: str | None = None) -> list[FrozenPeriod]:
        """Return the closed months, of one template or of all, the newest first."""
        query = select(FrozenPeriodRow).where(FrozenPeriodRow.workspace_id == self._caller.workspace.id)
        if template_id is not None:
            query = query.where(FrozenPeriodRow.template_id == template_id)
        order = (FrozenPeriodRow.period_start.desc(), FrozenPeriodRow.frozen_at.desc())
        rows = self._session.scalars(query.options(defer(FrozenPeriodRow.answers)).order_by(*order))
        return [one for row in rows if may_see(self._caller, one := _frozen(row))]

    def get(self, frozen_id: str) -> FrozenPeriod:
        """Return one closed month, or raise NotFoundError."""
        return _frozen(self._row(frozen_id))

    def answers(self, frozen_id: str) -> bytes:
        """Return everything that a closed month keeps, as gzipped JSON."""
        return self._row(frozen_id).answers

    def add(self, frozen: FrozenPeriod, answers: bytes) -> FrozenPeriod:
        """Keep a month; one that is closed already must be opened first."""
        about = (frozen.client_account_id, frozen.start)
        if any((one.client_account_id, one.start) == about for one in self.all(frozen.template_id)):
            raise ConflictError("This month is closed already. Open it again first; what it keeps is lost then.")
        values = {name: value for name, value in asdict(frozen).items() if name not in ("id", "start", "end")}
        row = FrozenPeriodRow(workspace_id=self._caller.workspace.id, answers=answers, **values)
        row.period_start, row.period_end = frozen.start, frozen.end
        self._session.add(row)
        self._session.flush()
        return _frozen(row)

    def remove(self, frozen_id: str) -> None:
        """Open a month again: what it keeps is lost."""
        found = self._row(frozen_id)
        self._session.execute(delete(FrozenPeriodRow).where(FrozenPeriodRow.id == found.id))

    def _row(self, frozen_id: str) -> FrozenPeriodRow:
        mine = FrozenPeriodRow.workspace_id == self._caller.workspace.id
        row = self._session.scalar(select(FrozenPeriodRow).where(mine, FrozenPeriodRow.id == frozen_id))
        if row is None or not may_see(self._caller, _frozen(row)):
            raise NotFoundError(f"There is no closed month '{frozen_id[:40]}'.")
        return row


def _frozen(row: FrozenPeriodRow) -> FrozenPeriod:
    return FrozenPeriod(
        id=row.id,
        template_id=row.template_id,
        template_version=row.template_version,
        client_account_id=row.client_account_id,
        start=row.period_start,
        end=row.period_end,
        as_of=row.as_of,
        catalogue_version=row.catalogue_version,
        author=row.author,
        frozen_at=row.frozen_at,
    )
