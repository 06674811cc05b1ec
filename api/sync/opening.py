"""From a stored connection to what its source needs: who hands out its credentials, and a context with a client."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast

from api.oauth.access import GrantCredentials
from api.oauth.repository import OAuthRepository
from api.sync.budgets import budget_of
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection
from connectors import (
    Access,
    Auth,
    Context,
    FixedCredentials,
    JsonValue,
    LinkedSource,
    NoAuth,
    Source,
    TokenRevokedError,
    find_source,
    open_api,
)


def access_of(
    metadata: MetadataDatabase, workspace_id: str, connection: Connection, source: Source | None = None
) -> Access | None:
    """Return how a connection signs in; None for a source without a sign-in.

    Raises TokenRevokedError if nobody has signed in yet.
    """
    found = source or find_source(connection.source)
    if not isinstance(found, LinkedSource):
        return None
    if connection.grant_id is None:
        return open_access(metadata, found, connection)
    with metadata.read() as session:
        grant = OAuthRepository(session).grant(workspace_id, connection.grant_id)
    if grant is None:
        return open_access(metadata, found, connection)
    return access_of_grant(metadata, workspace_id, connection, found, (grant.id, grant.auth_kind))


def access_of_grant(
    metadata: MetadataDatabase,
    workspace_id: str,
    connection: Connection,
    source: LinkedSource,
    grant: tuple[str, str],
) -> Access:
    """Return how a connection signs in by a grant, of which the id and the kind of its sign-in are given."""
    grant_id, kind = grant
    auth = auth_of(source, kind)
    credentials = GrantCredentials(metadata, workspace_id, grant_id, source, auth)
    return Access(auth, credentials, budget_of(metadata, source, connection, grant_id))


def open_access(metadata: MetadataDatabase, source: LinkedSource, connection: Connection) -> Access:
    """Return the access of a source that asks for no sign-in; refuse where it asks for one."""
    for auth in source.auths:
        if isinstance(auth, NoAuth):
            return Access(auth, FixedCredentials(), budget_of(metadata, source, connection))
    raise TokenRevokedError(f"Nobody has signed '{connection.name}' in yet. Link the account first.", source=source.id)


def auth_of(source: LinkedSource, kind: str) -> Auth:
    """Return a source's way in of a kind."""
    for auth in source.auths:
        if auth.kind == kind:
            return auth
    raise TokenRevokedError(
        f"{source.label} has no sign-in of the kind '{kind}' any more. Link the account again.", source=source.id
    )


@asynccontextmanager
async def open_context(
    metadata: MetadataDatabase, workspace_id: str, connection: Connection, now: datetime | None = None
) -> AsyncIterator[Context]:
    """Give what the connection's source reads with, for as long as the block runs."""
    source = find_source(connection.source)
    config = cast("Mapping[str, JsonValue]", connection.config)  # It was JSON when it was stored.
    access = access_of(metadata, workspace_id, connection, source)
    moment = now or datetime.now(UTC)
    if access is None or not isinstance(source, LinkedSource):
        yield Context(connection.id, config, moment)
        return
    async with open_api(source, config, access) as api:
        yield Context(connection.id, config, moment, http=api)
