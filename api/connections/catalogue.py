"""The sources as scripts and the console see them: streams, settings and ways to sign in, as JSON Schema."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import BaseModel

from api.connections.wanted import names_of
from api.oauth.clients import find_client, setting_names
from api.oauth.flow import callback_address
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from connectors import (
    ApiKey,
    Auth,
    Context,
    LinkedSource,
    NoAuth,
    NoSettings,
    OAuth2,
    Source,
    StopError,
    find_source,
    known_sources,
)


def describe_sources(metadata: MetadataDatabase, workspace: Workspace, address: str) -> list[dict[str, object]]:
    """Return every source, by its label."""
    sources = [find_source(name) for name in known_sources()]
    return [describe_source(metadata, workspace, one, address) for one in sorted(sources, key=lambda one: one.label)]


def describe_source(
    metadata: MetadataDatabase, workspace: Workspace, source: Source, address: str
) -> dict[str, object]:
    """Return what one source reads and wants to know."""
    ways = source.auths if isinstance(source, LinkedSource) else ()
    return {
        "id": source.id,
        "label": source.label,
        "streams": _streams(source),
        "settings": settings_schema(source),
        "credentials": [_way(metadata, workspace, source, auth, address) for auth in ways if auth.kind != "none"],
    }


def label_of(name: str) -> str:
    """Return what a source's vendor is called; its name if the source is not installed any more."""
    try:
        source = find_source(name)
    except StopError:
        return name
    return source.vendor.label if isinstance(source, LinkedSource) else source.label


def settings_schema(source: Source) -> dict[str, object]:
    """Return the JSON Schema of a source's settings."""
    model = getattr(source, "settings", None)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return model.model_json_schema()
    return NoSettings.model_json_schema() | {"additionalProperties": True}


def credentials_schema(auth: Auth) -> dict[str, object]:
    """Return the JSON Schema of the credentials that a person pastes."""
    secrets = {one.name: (one.label, one.help) for one in auth.secrets} if isinstance(auth, ApiKey) else {}
    properties: dict[str, Mapping[str, object]] = {}
    for name in names_of(auth):
        title, text = secrets.get(name, ("Key file", "The JSON key file of a service account, as text."))
        properties[name] = {"type": "string", "title": title, "description": text, "writeOnly": True}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _way(
    metadata: MetadataDatabase, workspace: Workspace, source: Source, auth: Auth, address: str
) -> dict[str, object]:
    if not isinstance(auth, OAuth2):
        return {"kind": auth.kind, "schema": credentials_schema(auth)}
    del source
    return {
        "kind": auth.kind,
        "provider": auth.provider,
        "scopes": list(auth.scopes),
        "registered": find_client(metadata, workspace.id, auth.provider) is not None,
        "register_with": {
            "redirect_address": callback_address(address, auth.provider),
            "settings": list(setting_names(auth.provider)),
        },
        "schema": {"type": "object", "properties": {}, "additionalProperties": False},
    }


def _streams(source: Source) -> list[dict[str, object]]:
    """Return the streams, as far as they are the same for every connection."""
    return [
        {
            "name": one.name,
            "reads": one.reads,
            "entities": list(one.entities),
            "mode": one.mode.value,
            "primary_key": list(one.primary_key),
            "deletes": one.deletes.value,
        }
        for one in source.streams(Context("", {}, datetime.now(UTC)))
    ]


def asks_nothing(source: Source) -> bool:
    """Return whether a source is linked without anybody signing in."""
    return not isinstance(source, LinkedSource) or any(isinstance(auth, NoAuth) for auth in source.auths)
