"""Findings for people: what rules and sources have found, the question behind each, and what somebody decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import InvalidSettingError
from api.workspaces.models import now
from api.writing.models import FindingDecisionRow
from schemas import SemanticModel
from warehouse import FoundInsight, evidence_of

Decision: TypeAlias = Literal["acknowledged", "dismissed"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True)
class Decided:
    """What somebody decided about a finding."""

    state: str
    decided_by: str
    decided_at: datetime


class Decisions:
    """The decisions of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self) -> Mapping[tuple[str, str], Decided]:
        """Return the decisions by client account and key of the finding."""
        query = select(FindingDecisionRow).where(FindingDecisionRow.workspace_id == self._workspace_id)
        return {
            (row.client_account_id, row.finding): Decided(row.state, row.decided_by, row.decided_at)
            for row in self._session.scalars(query)
        }

    def decide(self, client_account_id: str, finding: str, state: str, who: str) -> None:
        """Keep a decision in the place of an earlier one; an empty state takes it back."""
        if state not in ("", *DECISIONS):
            raise InvalidSettingError(f"A finding is {' or '.join(DECISIONS)}, not '{state[:40]}'.")
        mine = delete(FindingDecisionRow).where(
            FindingDecisionRow.workspace_id == self._workspace_id,
            FindingDecisionRow.client_account_id == client_account_id,
            FindingDecisionRow.finding == finding,
        )
        self._session.execute(mine)
        if state:
            row = FindingDecisionRow(workspace_id=self._workspace_id, client_account_id=client_account_id)
            row.finding, row.state, row.decided_by, row.decided_at = finding, state, who, now()
            self._session.add(row)
        self._session.flush()


def explorer_link(model: SemanticModel, one: FoundInsight, client: str) -> str | None:
    """Return the address of the question that shows what was found; None if its metric is no more.

    The days are the month before the finding was opened, with the one before that for changes.
    """
    evidence = evidence_of(one.rule_id or "", one.metric_id or "")
    metric = evidence.metric if evidence else one.metric_id or ""
    served = [name for name, dataset in model.datasets.items() if metric in dataset.metrics]
    dataset = evidence.dataset if evidence and evidence.dataset in served else next(iter(served), None)
    if dataset is None:
        return None
    dimension = evidence.dimension if evidence else "date_day"
    known = model.datasets[dataset].dimensions
    named = [name for name in dict.fromkeys(("date_month", dimension)) if name in known]
    start, end = days_of(one)
    asked = {"dataset": dataset, "metrics": metric, "dimensions": ",".join(named), "from": start, "to": end}
    return f"/console/explore?{urlencode({**asked, 'client': client})}"


def days_of(one: FoundInsight) -> tuple[date, date]:
    """Return the days that a finding speaks of."""
    end = one.opened_on.replace(day=1) - timedelta(days=1)
    start = end.replace(day=1)
    if one.kind in ("improvement", "decline"):
        start = (start - timedelta(days=1)).replace(day=1)
    return (start, end) if one.kind != "spike" else (one.opened_on - timedelta(days=28), one.opened_on)


def filtered(found: Iterable[FoundInsight], kind: str, severity: str, status: str) -> list[FoundInsight]:
    """Return the findings of a kind, severity and status; an empty text means any."""
    return [
        one for one in found if kind in ("", one.kind) and severity in ("", one.severity) and status in ("", one.status)
    ]
