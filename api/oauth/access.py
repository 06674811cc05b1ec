"""The one place that hands out a grant's credentials and renews them, for all tasks and processes at once.

A vendor with rotating tokens ends the old one as it hands out the new one, and a second renewal of the same token may
end the whole grant. So whoever renews holds a lease on this version of the row, asks the vendor outside any
transaction, and stores what comes before anybody uses it.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import cast

from api.oauth.clients import authority_of
from api.oauth.records import Grant, GrantState, Tokens
from api.oauth.repository import OAuthRepository
from api.workspaces.database import MetadataDatabase
from connectors import Auth, LinkedSource, OAuth2, ServiceAccount, SourceDownError, SourceError, TokenRevokedError

LEEWAY = timedelta(seconds=90)  # a token is renewed before it ends, so that no request meets its end
LOOK_AGAIN = 0.05  # seconds, while somebody else renews
LONGEST_WAIT = 60.0

_EARLIER = "earlier_refresh_token"  # kept until the one after it has worked


class GrantCredentials:
    """What the requests of a grant's connections are signed with; implements connectors.auth.Credentials."""

    def __init__(
        self,
        metadata: MetadataDatabase,
        workspace_id: str,
        grant_id: str,
        source: LinkedSource,
        auth: Auth,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._metadata = metadata
        self._workspace_id = workspace_id
        self._grant_id = grant_id
        self._source = source
        self._auth = auth
        self._sleep = sleep

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the credentials; `stale` are those that the vendor has just refused, to be renewed if they can be.

        Raises TokenRevokedError where only a person can help, and RetryError while the vendor does not answer.
        """
        deadline = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < deadline:
            grant, values = await asyncio.to_thread(self._read)
            if grant.state is GrantState.NEEDS_SIGN_IN:
                raise TokenRevokedError(grant.reason or self._sentence(), source=self._source.id)
            if not self._renews(values):
                return self._shown(values)
            if not _has_ended(grant, values) and not (stale and stale.get("access_token") == values["access_token"]):
                return self._shown(values)
            # In a thread of its own: a task that is cancelled meanwhile must not lose what the vendor has handed out.
            fresh = await asyncio.to_thread(self._renew, grant, values)
            if fresh is not None:
                return self._shown(fresh)
            await self._sleep(LOOK_AGAIN)
        raise SourceDownError(
            f"The sign-in to {self._source.vendor.label} is being renewed for a minute now.", source=self._source.id
        )

    def _renew(self, grant: Grant, values: Mapping[str, str]) -> Mapping[str, str] | None:
        """Fetch new tokens, store them and return them; None if somebody else is at it or has done it."""
        holder = secrets.token_hex(16)
        with self._metadata.write() as session:
            if not OAuthRepository(session).take_lease(grant.id, grant.version, holder):
                return None
        try:
            tokens = self._ask(grant, values)
        except TokenRevokedError:
            return self._refused(grant)
        except Exception:
            # Whatever else it is may pass, and the token is as good as before.
            with self._metadata.write() as session:
                OAuthRepository(session).drop_lease(grant.id, holder)
            raise
        return self._keep(grant, values, tokens)

    def _refused(self, grant: Grant) -> Mapping[str, str] | None:
        """Find out whether a grant has really ended: somebody may have renewed it, or the last renewal got lost."""
        again, values = self._read()
        if again.version != grant.version:
            return None
        earlier = values.get(_EARLIER)
        if earlier:
            try:
                tokens = self._ask(again, {**values, "refresh_token": earlier})
            except SourceError:
                pass
            else:
                return self._keep(again, {**values, "refresh_token": earlier}, tokens)
        reason = self._sentence()
        with self._metadata.write() as session:
            if not OAuthRepository(session).mark_refused(grant.id, grant.version, reason):
                return None
        raise TokenRevokedError(reason, source=self._source.id)

    def _keep(self, grant: Grant, values: Mapping[str, str], tokens: Tokens) -> Mapping[str, str] | None:
        """Store new tokens, and only then return them."""
        fresh = {**values, **tokens.values}
        if "refresh_token" in values and fresh["refresh_token"] != values["refresh_token"]:
            fresh[_EARLIER] = values["refresh_token"]
        ends = tokens.refresh_expires_at or grant.refresh_expires_at
        sealed = self._metadata.secrets.seal(self._workspace_id, grant.id, fresh)
        with self._metadata.write() as session:
            renewed = Tokens(fresh, tokens.expires_at, ends)
            stored = OAuthRepository(session).store_tokens(grant.id, grant.version, sealed, renewed)
        return fresh if stored else None

    def _ask(self, grant: Grant, values: Mapping[str, str]) -> Tokens:
        # Authlib takes a third of a second to import, which every start of the program would pay.
        from api.oauth.exchange import refresh
        from api.oauth.service_account import sign_in

        vendor = self._source.vendor
        if isinstance(self._auth, ServiceAccount):
            return asyncio.run(sign_in(vendor.name, vendor.label, self._auth, values["key"]))
        auth = cast("OAuth2", self._auth)  # _renews has seen to it
        authority = authority_of(self._metadata, self._workspace_id, self._source, auth, grant.settings)
        return asyncio.run(refresh(authority, values["refresh_token"]))

    def _renews(self, values: Mapping[str, str]) -> bool:
        if isinstance(self._auth, ServiceAccount):
            return True
        return isinstance(self._auth, OAuth2) and self._auth.refreshes and bool(values.get("refresh_token"))

    def _sentence(self) -> str:
        return (
            f"{self._source.vendor.label} does not accept the sign-in any more: it was revoked, or it has ended. "
            "Link the account again; what has been loaded stays."
        )

    def _read(self) -> tuple[Grant, dict[str, str]]:
        with self._metadata.read() as session:
            grant = OAuthRepository(session).grant(self._workspace_id, self._grant_id)
        if grant is None:
            raise TokenRevokedError("The connection's sign-in was removed. Link the account again.")
        opened = self._metadata.secrets.open(self._workspace_id, grant.id, grant.secret)
        return grant, {name: str(value) for name, value in opened.items()}

    def _shown(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return what requests may need; what only renews stays here."""
        hidden = {"refresh_token", _EARLIER} | ({"key"} if isinstance(self._auth, ServiceAccount) else set())
        return {name: value for name, value in values.items() if name not in hidden}


def _has_ended(grant: Grant, values: Mapping[str, str]) -> bool:
    if not values.get("access_token"):
        return True
    if grant.expires_at is None:
        return False
    # A token that lives for seconds would otherwise be renewed at every request.
    spare = min(LEEWAY, (grant.expires_at - grant.updated_at) / 5)
    return grant.expires_at <= datetime.now(UTC) + spare
