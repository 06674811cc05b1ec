"""Findings as they are stored, whoever found them, for lists that people work through."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from warehouse.duckdb import Connection


@dataclass(frozen=True)
class FoundInsight:
    """A finding; `key` is unique in its client account."""

    client_account_id: str
    key: str
    source_system: str
    kind: str | None
    rule_id: str | None
    severity: str | None
    status: str | None
    metric_id: str | None
    metric_label: str | None
    account: str | None
    value: float | None
    previous: float | None
    driver: str | None
    text: str | None
    action: str | None
    opened_on: date
    closed_on: date | None


def read_insights(connection: Connection, clients: Collection[str], most: int = 500) -> list[FoundInsight]:
    """Return the findings of client accounts by id, the newest first, the gravest first of a day."""
    rows = connection.execute(
        """select client_account_id, coalesce(source_system, '') || '|' || source_id, source_system, kind, rule_id,
                  insight_severity, insight_status, metric_id, metric_label, account, insight_value, previous_value,
                  insight_driver, insight_text, suggested_action, opened_on, closed_on
           from normalised.insight
           where is_listed and list_contains($clients, client_account_id)
           order by opened_on desc, list_position(['high', 'medium', 'low', 'info'], insight_severity), source_id
           limit $most""",
        {"clients": list(clients), "most": most},
    ).fetchall()
    return [FoundInsight(*row) for row in rows]
