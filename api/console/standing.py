"""How a connection's state looks to people: a word, a colour, and what a page shows of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from api.people.connection_owners import ConnectionOwner, possible_owners
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, ConnectionState, Run, Workspace
from api.workspaces.repository import Repository
from connectors import StopError, find_source

_WORDS: dict[ConnectionState, tuple[str, str]] = {
    ConnectionState.NEW: ("New", "neutral"),
    ConnectionState.SYNCING: ("Syncing", "busy"),
    ConnectionState.BACKFILLING: ("Fetching history", "busy"),
    ConnectionState.SYNCED: ("Synced", "good"),
    ConnectionState.WAITING: ("Waiting for the vendor", "watch"),
    ConnectionState.NEEDS_SIGN_IN: ("Needs sign-in", "bad"),
    ConnectionState.LOST_ACCESS: ("Lost access", "bad"),
    ConnectionState.MISSING_PERMISSION: ("Missing permission", "bad"),
    ConnectionState.PAUSED: ("Paused", "neutral"),
    ConnectionState.FAILED: ("Failed", "bad"),
}


@dataclass(frozen=True)
class Shown:
    """A connection as a page shows it."""

    connection: Connection
    source_label: str
    client: str
    word: str
    colour: str
    last: Run | None
    owner: ConnectionOwner | None = None

    @property
    def working(self) -> bool:
        """Tell whether it is being synced now."""
        return self.connection.state in {ConnectionState.SYNCING, ConnectionState.BACKFILLING}

    @property
    def data_through(self) -> datetime | None:
        """Return up to which moment the data reach."""
        return None if self.last is None else self.last.data_through


def shown_connections(metadata: MetadataDatabase, workspace: Workspace) -> list[Shown]:
    """Return the connections of a workspace; those that need a person come first."""
    with metadata.read() as session:
        repository = Repository(session)
        found = repository.connections(workspace.id)
        runs = repository.last_runs(workspace.id)
        clients = {one.id: one.name for one in repository.client_accounts(workspace.id)}
        people = possible_owners(session, workspace.id)
    shown = [replace(_shown(one, clients, runs.get(one.id)), owner=people.get(one.owner_id or "")) for one in found]
    return sorted(shown, key=lambda one: (one.colour != "bad", one.client, one.connection.name))


def _shown(connection: Connection, clients: dict[str, str], last: Run | None) -> Shown:
    word, colour = _WORDS[connection.state]
    client = clients.get(connection.client_account_id or "", "several" if connection.client_account_id is None else "–")
    return Shown(connection, label_of(connection.source), client, word, colour, last)


def label_of(source: str) -> str:
    """Return what people call a source; its id if it is not installed any more."""
    try:
        return find_source(source).label
    except StopError:
        return source
