"""Removes connections, and ends their sign-ins at the vendor where nothing else uses them."""

from api.connections.grants import drop_grant
from api.oauth.repository import OAuthRepository
from api.oauth.revoking import SignInEnd, end_sign_in, leaving_of
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection
from api.workspaces.repository import Repository


def remove_connection(metadata: MetadataDatabase, workspace_id: str, connection: Connection) -> SignInEnd:
    """Forget a connection, and its sign-in unless others use it. What it has loaded stays.

    What the vendor says to the end of the sign-in holds nothing up: it is returned.
    """
    leaving = leaving_of(metadata, workspace_id, connection)
    with metadata.write() as session:
        Repository(session).remove_connection(workspace_id, connection.id)
    if leaving is None:
        return SignInEnd.NONE
    drop_grant(metadata, workspace_id, leaving.grant.id)
    with metadata.read() as session:
        if OAuthRepository(session).grant(workspace_id, leaving.grant.id) is not None:
            return SignInEnd.IN_USE
    return end_sign_in(metadata, leaving)
