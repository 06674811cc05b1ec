"""From a secret to a caller: API keys and viewer sessions."""

import secrets
import time
from datetime import timedelta

from api.errors import NotAuthenticatedError
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import ApiKeyRow, now
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.workspaces.service import KEY_PREFIX, digest

SESSION_PREFIX = "bvs_"
SESSION_LIFETIME = timedelta(days=14)

# Long enough for the burst of one report page, short enough that a revoked key is refused at once for people.
REMEMBER_SECONDS = 0.25
_MOST_REMEMBERED = 2_000
_TOUCH_EVERY = timedelta(minutes=1)


class Callers:
    """Finds who a key or a viewer session belongs to. Safe to use from several threads."""

    def __init__(self, database: MetadataDatabase) -> None:
        self._database = database
        self._remembered: dict[str, tuple[float, Caller]] = {}

    def remembered(self, secret: str, prefix: str) -> Caller | None:
        """Return a caller that was looked up a moment ago by a secret of this kind."""
        if not secret.startswith(prefix):
            return None
        found = self._remembered.get(digest(secret))
        return found[1] if found is not None and found[0] > time.monotonic() else None

    def by_key(self, secret: str) -> Caller:
        """Return the caller of an API key, or refuse."""
        hashed = digest(secret)
        with self._database.read() as session:
            repository = Repository(session)
            key = repository.working_key(hashed) if secret.startswith(KEY_PREFIX) else None
            caller = None if key is None else _caller(repository, key)
        if key is None or caller is None:
            raise NotAuthenticatedError(
                "This API key does not work. It may be mistyped or revoked; make a new one with: belvedere key create."
            )
        self._remember(hashed, caller)
        self._touch(key)
        return caller

    def by_session(self, secret: str) -> Caller:
        """Return the caller of a viewer session, or refuse."""
        hashed = digest(secret)
        with self._database.read() as session:
            repository = Repository(session)
            key = repository.key_of_session(hashed) if secret.startswith(SESSION_PREFIX) else None
            caller = None if key is None else _caller(repository, key)
        if key is None or caller is None:
            raise NotAuthenticatedError("The report's session has ended. Enter an API key to go on.")
        self._remember(hashed, caller)
        self._touch(key)
        return caller

    def open_session(self, key_id: str) -> str:
        """Start a viewer session of a key and return its secret."""
        secret = SESSION_PREFIX + secrets.token_urlsafe(32)
        with self._database.write() as session:
            Repository(session).add_session(key_id, digest(secret), SESSION_LIFETIME)
        return secret

    def close_session(self, secret: str) -> None:
        """End a viewer session."""
        with self._database.write() as session:
            Repository(session).remove_session(digest(secret))
        self._remembered.pop(digest(secret), None)

    def _remember(self, hashed: str, caller: Caller) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[hashed] = (time.monotonic() + REMEMBER_SECONDS, caller)

    def _touch(self, key: ApiKeyRow) -> None:
        moment = now()
        if key.last_used_at is None or moment - key.last_used_at > _TOUCH_EVERY:
            with self._database.write() as session:
                Repository(session).touch_key(key.id, moment)


def _caller(repository: Repository, key: ApiKeyRow) -> Caller:
    workspace = repository.workspace_by_id(key.workspace_id)
    clients = tuple(repository.clients_of_key(key))
    return Caller(key.id, key.name, workspace, clients, not key.every_client, key.admin and key.every_client)
