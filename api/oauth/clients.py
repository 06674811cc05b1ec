"""Our registrations at vendors: from the environment, or entered by a person and kept encrypted."""

import os
from collections.abc import Mapping

from api.errors import OAuthSetupError
from api.oauth.records import Authority, RegisteredClient
from api.oauth.repository import OAuthRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from connectors import JsonValue, LinkedSource, OAuth2

PREFIX = "BELVEDERE_OAUTH_"


def setting_names(provider: str) -> tuple[str, str]:
    """Return the environment variables of a provider's client id and secret."""
    name = provider.upper().replace("-", "_")
    return f"{PREFIX}{name}_CLIENT_ID", f"{PREFIX}{name}_CLIENT_SECRET"


def find_client(
    metadata: MetadataDatabase, workspace_id: str, provider: str, environment: Mapping[str, str] | None = None
) -> RegisteredClient | None:
    """Return our registration at a provider: the operator's, else the workspace's own."""
    values = os.environ if environment is None else environment
    id_name, secret_name = setting_names(provider)
    if values.get(id_name):
        return RegisteredClient(values[id_name], values.get(secret_name, ""))
    with metadata.read() as session:
        stored = OAuthRepository(session).client(workspace_id, provider)
    if stored is None:
        return None
    opened = metadata.secrets.open(workspace_id, *stored)
    return RegisteredClient(str(opened["client_id"]), str(opened["client_secret"]))


def put_client(metadata: MetadataDatabase, workspace_id: str, provider: str, client: RegisteredClient) -> None:
    """Keep a workspace's registration at a provider, in the place of an earlier one."""
    row_id = new_id()
    values = {"client_id": client.client_id, "client_secret": client.client_secret}
    sealed = metadata.secrets.seal(workspace_id, row_id, values)
    with metadata.write() as session:
        OAuthRepository(session).put_client(workspace_id, provider, row_id, sealed)


def authority_of(
    metadata: MetadataDatabase,
    workspace_id: str,
    source: LinkedSource,
    auth: OAuth2,
    settings: Mapping[str, JsonValue],
) -> Authority:
    """Return where a person signs in to a source; raises OAuthSetupError without a registration there."""
    client = find_client(metadata, workspace_id, auth.provider)
    if client is None:
        id_name, secret_name = setting_names(auth.provider)
        raise OAuthSetupError(
            f"This installation is not registered at {source.vendor.label} yet. Register it there with the redirect "
            f"address that ends in /oauth/callback/{auth.provider}, and set {id_name} and {secret_name}.",
            provider=auth.provider,
            settings=[id_name, secret_name],
        )
    return Authority(auth, source.vendor.name, source.vendor.label, client, settings)
