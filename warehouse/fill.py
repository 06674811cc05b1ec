"""Rows that were loaded before their parent: they take its attributes when it comes, and derive again from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas import Entity, SemanticModel
from warehouse.clients import ClientAccount, read_client_accounts
from warehouse.duckdb import Connection, integer, quote_name, quote_text
from warehouse.normalize import LoadContext, Normaliser
from warehouse.parents import ACCOUNT, ACCOUNT_LEVEL, PORTFOLIO, UNLINKED, foreign_parents, parent_depth
from warehouse.state import Settings, read_settings
from warehouse.tables import table_name

_LACKING = "staging.lacking"


def fill_from_parents(
    connection: Connection, model: SemanticModel, touched: Mapping[str, Sequence[str]], now: datetime
) -> list[str]:
    """Fill rows that lack what a parent from the loads `touched` has; return the entities whose rows moved.

    Runs inside a transaction. What a row already says stays: attributes are as of the row's own load.
    """
    settings, clients = read_settings(connection), read_client_accounts(connection)
    moved: list[str] = []
    for entity in sorted(model.entities.values(), key=lambda one: parent_depth(model.entities, one.name)):
        if not entity.is_loadable:
            continue
        lacking = _lacking(entity, {**touched, **{name: () for name in moved if name not in touched}}, settings)
        concerned = _concerned(connection, entity, clients, lacking) if lacking else ()
        if sum(_fill(connection, entity, client, lacking, settings, now) for client in concerned):
            moved.append(entity.name)
    return moved


def _concerned(
    connection: Connection, entity: Entity, clients: Sequence[ClientAccount], lacking: str
) -> Sequence[ClientAccount]:
    # Mostly nothing is lacking, and one question for all clients says so; where values differ by client, each is asked.
    if any(f"${own})" in lacking for own, _ in PORTFOLIO.values()):
        return clients
    found = connection.execute(
        f"select distinct t.client_account_id from {table_name(entity)} t where {lacking}"  # noqa: S608
    ).fetchall()
    return [client for client in clients if (client.id,) in found]


def _lacking(entity: Entity, touched: Mapping[str, Sequence[str]], settings: Settings) -> str:
    # The condition under which a row `t` lacks something that one of the touched parents' rows has.
    parts = []
    for parent in foreign_parents(entity):
        if parent.entity not in touched:
            continue
        loads = ", ".join(quote_text(load) for load in touched[parent.entity])
        recent = f"and p.sync_id in ({loads})" if loads else ""
        if recent and parent.entity == ACCOUNT:
            # The record that leads tells also what another one of its group has brought.
            recent = f"and (p.sync_id in ({loads}) or (p.{UNLINKED} is not null and t.{UNLINKED} is not null))"
        given = " or ".join(
            f"(t.{quote_name(name)} is null and p.{quote_name(column)} is not null)"
            for name, column in parent.columns.items()
        )
        if parent.entity == ACCOUNT and settings.portfolio_level == ACCOUNT_LEVEL:
            given += "".join(f" or ({_absent(name)} and p.{name} is distinct from t.{name})" for name in PORTFOLIO)
        parts.append(
            f"exists (select 1 from normalised.{quote_name(parent.entity)} p "  # noqa: S608
            f"where p.client_account_id = t.client_account_id and p.source_id = t.{quote_name(parent.key)} {recent} "
            f"and ({given}))"
        )
    return " or ".join(parts)


def _absent(name: str) -> str:
    # Where rows take it from the account, the client account's value stands in until the account is there.
    return f"(t.{quote_name(name)} is null or t.{quote_name(name)} = ${PORTFOLIO[name][0]})"


def _fill(
    connection: Connection, entity: Entity, client: ClientAccount, lacking: str, settings: Settings, now: datetime
) -> int:
    values = {"client": client.id, **_portfolio_values(client)}
    named = {name: value for name, value in values.items() if name == "client" or f"${name})" in lacking}
    connection.execute(
        f"create or replace table {_LACKING} as select t.*, cast(null as bigint) as _line, t.source_id as _key "  # noqa: S608
        f"from {table_name(entity)} t where t.client_account_id = $client and ({lacking})",
        named,
    )
    found = integer(connection, f"select count(*) from {_LACKING}")  # noqa: S608
    if found:
        records = f"select * from {_LACKING}"  # noqa: S608
        canonical = f"select * {_reopened(settings, client)} from records"  # noqa: S608
        context = LoadContext("fill", "fill", "", "", "", "", "", now, settings)
        Normaliser(connection, entity, client, context, canonical, records, stored=True).merge(records)
    connection.execute(f"drop table {_LACKING}")
    return found


def _reopened(settings: Settings, client: ClientAccount) -> str:
    if settings.portfolio_level != ACCOUNT_LEVEL:
        return ""
    known = {name: value for name, value in _portfolio_values(client).items() if value is not None}
    values = [
        f"nullif({name}, {quote_text(known[own])}) as {name}" for name, (own, _) in PORTFOLIO.items() if own in known
    ]
    return f"replace ({', '.join(values)})" if values else ""


def _portfolio_values(client: ClientAccount) -> dict[str, str | None]:
    return {
        "client_region": client.region,
        "client_account_owner": client.account_owner,
        "client_service_level": client.service_level,
    }
