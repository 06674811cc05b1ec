"""A sign-in from its start in a browser to the tokens that the vendor hands out."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from api.connections.links import OpenLink
from api.errors import SignInFailedError
from api.oauth.clients import authority_of
from api.oauth.records import Tokens
from api.oauth.repository import OAuthRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.linking_models import OAuthStateRow
from api.workspaces.models import new_id, now
from api.workspaces.records import Connection
from api.workspaces.repository import Repository
from api.workspaces.service import digest
from connectors import JsonValue, LinkedSource, OAuth2, find_source

LIFETIME = timedelta(minutes=15)  # to sign in at the vendor and come back
_LONGEST_VALUE = 4000


@dataclass(frozen=True)
class SignIn:
    """A person who has come back from the vendor."""

    id: str
    workspace_id: str
    link_id: str
    connection: Connection
    source: LinkedSource
    auth: OAuth2
    verifier: str = field(repr=False)

    @property
    def settings(self) -> Mapping[str, JsonValue]:
        """Return the connection's settings, of which the vendor's addresses may need some."""
        return cast("Mapping[str, JsonValue]", self.connection.config)  # It was JSON when it was stored.


def oauth_of(source: object) -> OAuth2 | None:
    """Return how a source signs in by OAuth, if it does."""
    if isinstance(source, LinkedSource):
        for auth in source.auths:
            if isinstance(auth, OAuth2):
                return auth
    return None


def callback_address(address: str, provider: str) -> str:
    """Return the one address to which a provider sends people back, as it is registered there."""
    return f"{address}/oauth/callback/{provider}"


def start(metadata: MetadataDatabase, link: OpenLink, holder: str, address: str) -> str:
    """Return where at the vendor a person consents. `holder` is what only his browser knows."""
    source, auth = link.source, oauth_of(link.source)
    if auth is None or not isinstance(source, LinkedSource):
        raise SignInFailedError(f"{source.label} is not linked by signing in, but by credentials of its own.")
    config = cast("Mapping[str, JsonValue]", link.connection.config)
    authority = authority_of(metadata, link.workspace_id, source, auth, config)
    state, verifier, row_id = secrets.token_urlsafe(32), secrets.token_urlsafe(48), new_id()
    sealed = metadata.secrets.seal(link.workspace_id, row_id, {"verifier": verifier})
    row = OAuthStateRow(
        id=row_id,
        workspace_id=link.workspace_id,
        digest=digest(state),
        holder=digest(holder),
        provider=auth.provider,
        source=source.id,
        secret=sealed.text,
        key_id=sealed.key_id,
        connection_id=link.connection.id,
        link_id=link.id,
        expires_at=now() + LIFETIME,
    )
    with metadata.write() as session:
        OAuthRepository(session).add_state(row)
    from api.oauth.exchange import authorize_address  # Authlib takes a third of a second

    return authorize_address(authority, callback_address(address, auth.provider), state, verifier)


def come_back(metadata: MetadataDatabase, provider: str, state: str, holder: str) -> SignIn:
    """Return the sign-in that a browser brings back, once, or refuse it."""
    with metadata.write() as session:
        row = OAuthRepository(session).take_state(digest(state), provider, digest(holder), now())
    return _sign_in(metadata, row)


def find_sign_in(metadata: MetadataDatabase, sign_in_id: str, holder: str) -> SignIn:
    """Return a sign-in that this browser has brought back a moment ago, to go on with it."""
    with metadata.read() as session:
        row = OAuthRepository(session).returned_state(sign_in_id, digest(holder), now())
    return _sign_in(metadata, row)


def _sign_in(metadata: MetadataDatabase, row: OAuthStateRow | None) -> SignIn:
    with metadata.read() as session:
        connection = None if row is None else Repository(session).connection(row.workspace_id, row.connection_id)
    if row is None or connection is None:
        raise SignInFailedError(
            "This sign-in was begun in another browser, took more than 15 minutes, or was used already. "
            "Open the link again."
        )
    source = find_source(row.source)
    auth = oauth_of(source)
    if auth is None or not isinstance(source, LinkedSource):
        raise SignInFailedError(f"{source.label} is not linked by signing in any more.")
    opened = metadata.secrets.open(row.workspace_id, row.id, row.secret)
    return SignIn(row.id, row.workspace_id, row.link_id, connection, source, auth, str(opened["verifier"]))


async def fetch_tokens(
    metadata: MetadataDatabase, sign_in: SignIn, redirect: Mapping[str, str], address: str
) -> Tokens:
    """Return the tokens for what the redirect has brought, or say why there are none."""
    auth, label = sign_in.auth, sign_in.source.vendor.label
    code = redirect.get(auth.code_parameter)
    if not code:
        said = redirect.get("error", "")
        word = f" ({said})" if said.replace("_", "").isalnum() and len(said) < 60 else ""
        raise SignInFailedError(f"{label} did not give access{word}. Open the link again and agree to what is asked.")
    authority = authority_of(metadata, sign_in.workspace_id, sign_in.source, auth, sign_in.settings)
    from api.oauth.exchange import exchange_code

    tokens = await exchange_code(authority, code, callback_address(address, auth.provider), sign_in.verifier)
    kept = {name: redirect[name][:_LONGEST_VALUE] for name in auth.keep_from_redirect if redirect.get(name)}
    return Tokens({**tokens.values, **kept}, tokens.expires_at, tokens.refresh_expires_at)
