"""Ends a sign-in at the vendor when nothing here uses it any more. Whether that works or not, it is forgotten here."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from api.errors import OAuthSetupError, SecretKeyError
from api.oauth.clients import authority_of
from api.oauth.flow import oauth_of
from api.oauth.records import Grant
from api.oauth.repository import OAuthRepository
from api.telemetry import log
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection
from connectors import LinkedSource, OAuth2, SourceError, find_source, known_sources


class SignInEnd(StrEnum):
    """What became of a sign-in whose connection was removed."""

    NONE = "none"
    IN_USE = "in_use"
    REVOKED = "revoked"
    BY_HAND = "by_hand"
    SHARED = "shared"
    FAILED = "failed"

    def sentence(self, vendor: str) -> str:
        """Say it to a person."""
        return {
            SignInEnd.NONE: "",
            SignInEnd.IN_USE: "Its sign-in is kept: other connections use it.",
            SignInEnd.REVOKED: f"Its sign-in was revoked at {vendor}.",
            SignInEnd.BY_HAND: f"Its credentials are forgotten here. {vendor} lets nobody revoke them from outside: "
            "do that in its settings if nothing else uses them.",
            SignInEnd.SHARED: f"Its sign-in is forgotten here. It was not revoked at {vendor}, since that could end "
            "sign-ins that other connections use.",
            SignInEnd.FAILED: f"Its sign-in is forgotten here, but {vendor} did not revoke it: do that in the settings "
            "of the account there.",
        }[self]


@dataclass(frozen=True)
class Leaving:
    """A sign-in whose last connection goes, with what its vendor knows it by."""

    workspace_id: str
    grant: Grant
    account_id: str | None
    values: dict[str, str] = field(repr=False)


def leaving_of(metadata: MetadataDatabase, workspace_id: str, connection: Connection) -> Leaving | None:
    """Return the sign-in of a connection that is about to go; to be asked before it is forgotten."""
    if connection.grant_id is None:
        return None
    with metadata.read() as session:
        grant = OAuthRepository(session).grant(workspace_id, connection.grant_id)
    if grant is None:
        return None
    try:
        opened = metadata.secrets.open(workspace_id, grant.id, grant.secret)
    except SecretKeyError:  # what nobody can read can be forgotten all the same
        opened = {}
    return Leaving(workspace_id, grant, connection.account_id, {name: str(value) for name, value in opened.items()})


def end_sign_in(metadata: MetadataDatabase, leaving: Leaving) -> SignInEnd:
    """Revoke a sign-in that was forgotten here, as far as its vendor lets us, and write down what came of it."""
    try:
        end = _end(metadata, leaving)
    except Exception as error:  # The connection is gone, and nothing of this may bring it back.
        log().error("a sign-in could not be revoked", source=leaving.grant.source, exc_info=error)
        end = SignInEnd.FAILED
    log().info("sign-in ended", source=leaving.grant.source, grant=leaving.grant.id, end=end.value)
    return end


def _end(metadata: MetadataDatabase, leaving: Leaving) -> SignInEnd:
    source = find_source(leaving.grant.source)
    auth = oauth_of(source)
    if auth is None or not isinstance(source, LinkedSource) or auth.kind != leaving.grant.auth_kind:
        return SignInEnd.BY_HAND
    if not auth.revoke_url:
        return SignInEnd.BY_HAND
    with metadata.read() as session:
        others = OAuthRepository(session).accounts_of_grants(_sources_of(auth.provider))
    if others if auth.revokes_person else leaving.account_id in others:
        return SignInEnd.SHARED
    from api.oauth.exchange import revoke  # Authlib takes a third of a second

    hint = "refresh_token" if leaving.values.get("refresh_token") else "access_token"
    try:
        authority = authority_of(metadata, leaving.workspace_id, source, auth, leaving.grant.settings)
        asyncio.run(revoke(authority, leaving.values[hint], hint))
    except (SourceError, OAuthSetupError, KeyError) as error:
        log().warning("a sign-in was not revoked", source=source.id, reason=str(error))
        return SignInEnd.FAILED
    return SignInEnd.REVOKED


def _sources_of(provider: str) -> list[str]:
    """Return the sources whose sign-ins a provider hands out."""
    found = []
    for name in known_sources():
        auth: OAuth2 | None = oauth_of(find_source(name))
        if auth is not None and auth.provider == provider:
            found.append(name)
    return found
