"""What people do with connections: add one, finish its sign-in, choose its account, sync it now."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from api.connections.apart import check_ids_apart
from api.connections.grants import (
    check_same_account,
    drop_grant,
    give_account,
    list_accounts,
    renew_grant,
    store_grant,
)
from api.connections.links import use_link
from api.connections.wanted import NewConnection, auth_for, check_settings, free_name
from api.errors import ConflictError, NotFoundError, SignInFailedError
from api.oauth.flow import SignIn, oauth_of
from api.oauth.records import Tokens
from api.oauth.service_account import read_key_file
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, ConnectionState, Workspace
from api.workspaces.repository import Repository
from connectors import (
    Account,
    JsonValue,
    LinkedSource,
    MissingScopeError,
    NoAuth,
    ServiceAccount,
    Source,
    SourceError,
    StopError,
    TokenRevokedError,
    find_source,
)

CHOOSE = "Choose the account."
SIGN_IN = "Open the link and sign in."


@dataclass(frozen=True)
class Linked:
    """A connection, and the accounts to choose from where its sign-in reaches several."""

    connection: Connection
    choices: tuple[Account, ...] = ()


def add_connection(metadata: MetadataDatabase, workspace: Workspace, wanted: NewConnection) -> Linked:
    """Add a connection: ready to sync where credentials were given and reach one account, else to be signed in."""
    try:
        source = find_source(wanted.source)
    except StopError as error:  # whoever asks has mistyped it; nothing is wrong with a source
        raise NotFoundError(str(error)) from error
    settings = check_settings(source, wanted.settings)
    if not isinstance(source, LinkedSource):
        return Linked(_insert(metadata, workspace, source, wanted, settings, ConnectionState.NEW))
    if wanted.credentials:
        return _with_credentials(metadata, workspace, source, wanted, settings)
    if any(isinstance(auth, NoAuth) for auth in source.auths):
        return Linked(_insert(metadata, workspace, source, wanted, settings, ConnectionState.NEW))
    if oauth_of(source) is None:
        auth_for(source, {})
    return Linked(_insert(metadata, workspace, source, wanted, settings, ConnectionState.NEEDS_SIGN_IN))


def sign_in_with(
    metadata: MetadataDatabase, workspace: Workspace, connection: Connection, credentials: Mapping[str, str]
) -> Linked:
    """Sign an existing connection in with new credentials; its account and history stay."""
    source = linked_source(connection)
    grant_id = _grant_of(metadata, workspace, source, connection.config, credentials)
    return _settle(metadata, workspace.id, source, connection, grant_id)


def finish_sign_in(metadata: MetadataDatabase, sign_in: SignIn, tokens: Tokens) -> Linked:
    """Keep what the vendor has handed out, before anything is done with it, and give the connection its account."""
    workspace_id, connection = sign_in.workspace_id, sign_in.connection
    grant_id = store_grant(metadata, workspace_id, sign_in.source, sign_in.auth, sign_in.settings, tokens)
    with metadata.write() as session:
        first = use_link(session, sign_in.link_id)
    if not first:
        drop_grant(metadata, workspace_id, grant_id)
        raise SignInFailedError("This link was used already. Ask for a new one.")
    return _settle(metadata, workspace_id, sign_in.source, connection, grant_id)


def choices_of(metadata: MetadataDatabase, workspace_id: str, connection: Connection) -> tuple[Account, ...]:
    """Return the accounts that a connection's sign-in reaches."""
    source = linked_source(connection)
    if connection.grant_id is None:
        raise TokenRevokedError(f"Nobody has signed '{connection.name}' in yet. {SIGN_IN}", source=source.id)
    return asyncio.run(list_accounts(metadata, workspace_id, connection.grant_id, source, connection))


def choose_accounts(
    metadata: MetadataDatabase, workspace_id: str, connection: Connection, wanted: Sequence[tuple[str, str | None]]
) -> list[Connection]:
    """Give the chosen accounts, each with its client account, to this connection and to others of the same sign-in."""
    known = {one.id: one for one in choices_of(metadata, workspace_id, connection)}
    missing = [account for account, _ in wanted if account not in known]
    if missing or not wanted:
        raise NotFoundError(
            f"The sign-in does not reach the account '{', '.join(missing)}'. It reaches: {', '.join(known) or 'none'}."
        )
    done: list[Connection] = []
    for account, client_id in wanted:
        account_here = connection.account_id in (None, account) and not done
        one = connection if account_here else _copy(metadata, workspace_id, connection, known[account])
        try:
            if client_id is not None:
                _move(metadata, workspace_id, one.id, client_id, account)
            done.append(give_account(metadata, workspace_id, one, connection.grant_id, known[account]))
        except Exception:
            if not account_here:
                with metadata.write() as session:
                    Repository(session).remove_connection(workspace_id, one.id)
            raise
    return done


def _move(metadata: MetadataDatabase, workspace_id: str, connection_id: str, client_id: str, account: str) -> None:
    with metadata.write() as session:
        repository = Repository(session)
        check_ids_apart(
            repository, workspace_id, connection_id, {"client_account_id": client_id, "account_id": account}
        )
        repository.change_connection(workspace_id, connection_id, {"client_account_id": client_id})


def linked_source(connection: Connection) -> LinkedSource:
    """Return the source of a connection that somebody signs in to."""
    source = find_source(connection.source)
    if not isinstance(source, LinkedSource):
        raise ConflictError(f"'{connection.name}' has no sign-in: {source.label} asks for none.")
    return source


def _with_credentials(
    metadata: MetadataDatabase,
    workspace: Workspace,
    source: LinkedSource,
    wanted: NewConnection,
    settings: Mapping[str, JsonValue],
) -> Linked:
    grant_id = _grant_of(metadata, workspace, source, settings, wanted.credentials or {})
    connection = _insert(metadata, workspace, source, wanted, settings, ConnectionState.NEW)
    try:
        return _settle(metadata, workspace.id, source, connection, grant_id)
    except BaseException:
        with metadata.write() as session:  # a wrong key leaves nothing behind
            Repository(session).remove_connection(workspace.id, connection.id)
        drop_grant(metadata, workspace.id, grant_id)
        raise


def _grant_of(
    metadata: MetadataDatabase,
    workspace: Workspace,
    source: LinkedSource,
    settings: Mapping[str, object],
    credentials: Mapping[str, str],
) -> str:
    auth = auth_for(source, credentials)
    if isinstance(auth, ServiceAccount):
        read_key_file(credentials["key"])
    known = cast("Mapping[str, JsonValue]", settings)
    return store_grant(metadata, workspace.id, source, auth, known, Tokens(dict(credentials)))


def _settle(
    metadata: MetadataDatabase, workspace_id: str, source: LinkedSource, connection: Connection, grant_id: str
) -> Linked:
    """Ask which accounts the new sign-in reaches, and give the connection the one it had, or the only one."""
    try:
        accounts = asyncio.run(list_accounts(metadata, workspace_id, grant_id, source, connection))
        if not accounts:
            raise SignInFailedError(f"This sign-in reaches no account at {source.label}. Sign in as somebody else.")
        if connection.account_id is not None:
            check_same_account(connection, source, accounts)
            renew_grant(metadata, workspace_id, connection, grant_id, accounts)
            return Linked(_again(metadata, workspace_id, connection))
        only = _only(connection, source, accounts)
        if only is not None:
            return Linked(give_account(metadata, workspace_id, connection, grant_id, only))
    except TokenRevokedError as error:
        drop_grant(metadata, workspace_id, grant_id)
        raise SignInFailedError(
            f"{source.label} does not accept this sign-in. Check what was entered, or sign in there once more."
        ) from error
    except MissingScopeError as error:
        drop_grant(metadata, workspace_id, grant_id)
        raise SignInFailedError(str(error)) from error
    except Exception as error:
        if isinstance(error, SourceError) and connection.account_id is None:
            # The vendor's trouble will pass, and the person need not sign in again: the account is chosen later.
            _keep(metadata, workspace_id, connection, grant_id, str(error))
        else:
            drop_grant(metadata, workspace_id, grant_id)
        raise
    _keep(metadata, workspace_id, connection, grant_id, f"The sign-in reaches {len(accounts)} accounts.")
    return Linked(_again(metadata, workspace_id, connection), accounts)


def _only(connection: Connection, source: LinkedSource, accounts: Sequence[Account]) -> Account | None:
    """Return the account that the settings name, or the only one there is; None if a person has to choose."""
    wanted = connection.config.get("account_id")
    if wanted:
        for one in accounts:
            if one.id == wanted:
                return one
        reached = ", ".join(one.id for one in accounts[:10])
        raise SignInFailedError(
            f"This sign-in does not reach the account '{wanted}' at {source.label}. It reaches: {reached}."
        )
    return accounts[0] if len(accounts) == 1 else None


def _keep(metadata: MetadataDatabase, workspace_id: str, connection: Connection, grant_id: str, reason: str) -> None:
    """Keep a sign-in for a connection whose account is not chosen yet."""
    before = connection.grant_id
    with metadata.write() as session:
        repository = Repository(session)
        repository.change_connection(workspace_id, connection.id, {"grant_id": grant_id})
        repository.set_state(connection.id, ConnectionState.NEW, reason=reason, next_step=CHOOSE)
    if before is not None:
        drop_grant(metadata, workspace_id, before)


def _insert(
    metadata: MetadataDatabase,
    workspace: Workspace,
    source: Source,
    wanted: NewConnection,
    settings: Mapping[str, JsonValue],
    state: ConnectionState,
) -> Connection:
    needs = state is ConnectionState.NEEDS_SIGN_IN
    with metadata.write() as session:
        repository = Repository(session)
        values = {
            "name": free_name(repository, workspace.id, wanted.name.strip(), source.label),
            "source": source.id,
            "config": dict(settings),
            "client_account_id": wanted.client_id,
            "owner_id": wanted.owner_id,
            "state": state.value,
            "reason": "Nobody has signed in yet." if needs else None,
            "next_step": SIGN_IN if needs else None,
        }
        return repository.add_connection(workspace.id, values)


def _copy(metadata: MetadataDatabase, workspace_id: str, connection: Connection, account: Account) -> Connection:
    """Add a connection beside another one of the same sign-in, for a further account."""
    with metadata.write() as session:
        repository = Repository(session)
        source = find_source(connection.source)
        values = {
            "name": free_name(repository, workspace_id, "", f"{source.label} {account.name}"[:180]),
            "source": connection.source,
            "config": dict(connection.config),
            "client_account_id": connection.client_account_id,
            "schedule": connection.schedule,
            "owner_id": connection.owner_id,
        }
        return repository.add_connection(workspace_id, values)


def _again(metadata: MetadataDatabase, workspace_id: str, connection: Connection) -> Connection:
    with metadata.read() as session:
        return Repository(session).connection(workspace_id, connection.id) or connection
