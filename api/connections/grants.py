"""From a sign-in to connections: which accounts it reaches, and which connections it serves."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy.exc import IntegrityError

from api.connections.apart import check_ids_apart
from api.errors import AccountTakenError, OtherAccountError
from api.oauth.records import Tokens
from api.oauth.repository import OAuthRepository
from api.sync.opening import access_of_grant
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id, now
from api.workspaces.records import Connection, ConnectionState
from api.workspaces.repository import Repository
from connectors import Account, Auth, Context, JsonValue, LinkedSource, SourceDownError, open_api

SECONDS_TO_LIST = 45.0


def store_grant(
    metadata: MetadataDatabase,
    workspace_id: str,
    source: LinkedSource,
    auth: Auth,
    settings: Mapping[str, JsonValue],
    tokens: Tokens,
) -> str:
    """Keep a sign-in, encrypted, and return its id."""
    grant_id = new_id()
    sealed = metadata.secrets.seal(workspace_id, grant_id, tokens.values)
    columns = {"source": source.id, "auth_kind": auth.kind, "settings": dict(settings)}
    with metadata.write() as session:
        OAuthRepository(session).add_grant(workspace_id, grant_id, columns, sealed, tokens)
    return grant_id


def drop_grant(metadata: MetadataDatabase, workspace_id: str, grant_id: str) -> None:
    """Forget a sign-in unless a connection uses it."""
    with metadata.write() as session:
        if not Repository(session).connections_of_grant(workspace_id, grant_id):
            OAuthRepository(session).remove_grant(workspace_id, grant_id)


async def list_accounts(
    metadata: MetadataDatabase, workspace_id: str, grant_id: str, source: LinkedSource, connection: Connection
) -> tuple[Account, ...]:
    """Return the accounts that a sign-in reaches, asked at the vendor now."""
    with metadata.read() as session:
        grant = OAuthRepository(session).grant(workspace_id, grant_id)
    kind = source.auths[0].kind if grant is None else grant.auth_kind
    access = access_of_grant(metadata, workspace_id, connection, source, (grant_id, kind))
    config = cast("Mapping[str, JsonValue]", connection.config)  # It was JSON when it was stored.

    async def ask() -> tuple[Account, ...]:
        async with open_api(source, config, access) as api:
            return await source.accounts(Context(connection.id, config, now(), http=api))

    try:
        return await asyncio.wait_for(ask(), SECONDS_TO_LIST)
    except TimeoutError as error:
        raise SourceDownError(
            f"{source.vendor.label} took more than {SECONDS_TO_LIST:.0f} seconds to list the accounts. Try again.",
            source=source.id,
        ) from error


def check_same_account(connection: Connection, source: LinkedSource, accounts: Sequence[Account]) -> Account:
    """Return the account whose history a connection holds, or refuse a sign-in that does not reach it."""
    for one in accounts:
        if one.id == connection.account_id:
            return one
    reached = ", ".join(f"'{one.name}'" for one in accounts[:5]) or "no account"
    raise OtherAccountError(
        f"'{connection.name}' holds the history of the {source.label} account '{connection.account_name}', but this "
        f"sign-in reaches {reached}. Sign in with the account from before, or make a new connection. "
        "Nothing was changed.",
        account=connection.account_id,
    )


def renew_grant(
    metadata: MetadataDatabase, workspace_id: str, connection: Connection, grant_id: str, accounts: Sequence[Account]
) -> None:
    """Let a new sign-in serve a connection, and the others of the sign-in before whose accounts it reaches."""
    reached = {one.id for one in accounts}
    with metadata.write() as session:
        repository = Repository(session)
        before = connection.grant_id
        others = [] if before is None else repository.connections_of_grant(workspace_id, before)
        for one in (connection, *(other for other in others if other.account_id in reached)):
            repository.change_connection(workspace_id, one.id, {"grant_id": grant_id, **_working(one)})
    if before is not None and before != grant_id:
        drop_grant(metadata, workspace_id, before)


def give_account(
    metadata: MetadataDatabase, workspace_id: str, connection: Connection, grant_id: str | None, account: Account
) -> Connection:
    """Let a connection read an account; refuse one that is linked already."""
    config = {**connection.config, "account_id": account.id, **account.settings}
    values = {"grant_id": grant_id, "account_id": account.id, "account_name": account.name[:300], "config": config}
    try:
        with metadata.write() as session:
            repository = Repository(session)
            _check_free(repository, workspace_id, connection, account)
            check_ids_apart(repository, workspace_id, connection.id, values)
            repository.change_connection(workspace_id, connection.id, {**values, **_working(connection)})
            found = repository.connection(workspace_id, connection.id)
    except IntegrityError as error:  # somebody else was quicker by a moment
        raise _taken(connection.source, account, None) from error
    return found or connection


def _check_free(repository: Repository, workspace_id: str, connection: Connection, account: Account) -> None:
    for one in repository.connections(workspace_id):
        if (one.source, one.account_id) == (connection.source, account.id) and one.id != connection.id:
            raise _taken(connection.source, account, one)


def _taken(source: str, account: Account, by: Connection | None) -> AccountTakenError:
    which = f" by the connection '{by.name}'" if by is not None else ""
    return AccountTakenError(
        f"The {source} account '{account.name}' is linked already{which}. Linking it twice would count all of it "
        "twice. Use that connection, or remove it first.",
        account=account.id,
        connection=None if by is None else by.id,
    )


def _working(connection: Connection) -> dict[str, object]:
    state = ConnectionState.PAUSED if connection.paused else ConnectionState.NEW
    return {"state": state.value, "state_code": None, "reason": None, "next_step": None}
