"""From records to the messages of the admin API."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from pydantic import JsonValue

from api.connections.links import NewLink
from api.connections.messages import AccountAnswer, ClientAnswer, ConnectionAnswer, ProblemAnswer, RunAnswer
from api.workspaces.records import Connection, Run
from connectors import Account
from warehouse import ClientAccount


def client_answer(client: ClientAccount) -> ClientAnswer:
    """Return a client account."""
    return ClientAnswer(
        id=client.id,
        slug=client.slug,
        name=client.name,
        timezone=client.timezone,
        report_currency=client.report_currency,
    )


def account_answers(accounts: Iterable[Account]) -> list[AccountAnswer]:
    """Return accounts."""
    return [AccountAnswer(id=one.id, name=one.name, currency=one.currency, timezone=one.timezone) for one in accounts]


def run_answer(run: Run) -> RunAnswer:
    """Return a run."""
    problem = None
    if run.error is not None:
        problem = ProblemAnswer(code=run.error_code, message=run.error, advice=run.advice)
    report = None if run.report is None else cast("dict[str, JsonValue]", dict(run.report))
    return RunAnswer(
        id=run.id,
        connection=run.connection_id,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        rows_new=run.rows_new,
        rows_changed=run.rows_changed,
        rows_total=run.rows_total,
        requests=run.requests,
        wasted=run.wasted,
        waited_seconds=run.waited_seconds,
        data_through=run.data_through,
        error=problem,
        report=report,
    )


def connection_answer(
    connection: Connection,
    clients: Mapping[str, ClientAccount],
    last_run: Run | None = None,
    sign_in_ends_at: datetime | None = None,
    owner: str | None = None,
) -> ConnectionAnswer:
    """Return a connection; its credentials are nowhere in it."""
    client = clients.get(connection.client_account_id or "")
    account = None
    if connection.account_id is not None:
        account = AccountAnswer(id=connection.account_id, name=connection.account_name or connection.account_id)
    return ConnectionAnswer(
        id=connection.id,
        name=connection.name,
        source=connection.source,
        client=None if client is None else client.slug,
        account=account,
        state=connection.state.value,
        state_code=connection.state_code,
        reason=connection.reason,
        next_step=connection.next_step,
        paused=connection.paused,
        schedule=connection.schedule,
        next_run_at=connection.next_run_at,
        settings=cast("dict[str, JsonValue]", dict(connection.config)),  # It was JSON when it was stored.
        sign_in_ends_at=sign_in_ends_at,
        owner=owner,
        last_run=None if last_run is None else run_answer(last_run),
    )


def with_link(answer: ConnectionAnswer, link: NewLink, address: str) -> ConnectionAnswer:
    """Add the addresses at which a person signs in."""
    return answer.model_copy(
        update={
            "authorize_url": address + link.start_path,
            "connect_link": address + link.page_path,
            "link_expires_at": link.expires_at,
        }
    )
