"""What people do with workspaces: find or create one, add client accounts, make and revoke keys."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass

from api.errors import ConflictError, NotFoundError
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from warehouse import ClientAccount

FIRST_WORKSPACE = "main"
KEY_PREFIX = "bvk_"
_LONGEST_SLUG = 50


@dataclass(frozen=True)
class NewKey:
    """A key just made: the only moment when its text is known."""

    id: str
    name: str
    secret: str


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits; a slow hash would add nothing to those."""
    return hashlib.sha256(secret.encode()).hexdigest()


def slug_of(name: str) -> str:
    """Return the name in lower-case ASCII words joined by hyphens, for addresses and configurations."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    # A name in another script leaves nothing; the hash gives the same slug every time.
    return slug or f"client-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def find_workspace(database: MetadataDatabase, slug: str | None) -> Workspace:
    """Return the named workspace, or the only one there is."""
    with database.read() as session:
        repository = Repository(session)
        if slug is not None:
            found = repository.workspace(slug)
            if found is None:
                known = ", ".join(item.slug for item in repository.workspaces()) or "none yet"
                raise NotFoundError(f"There is no workspace '{slug}'. Workspaces: {known}.")
            return found
        everything = repository.workspaces()
    if len(everything) == 1:
        return everything[0]
    if not everything:
        raise NotFoundError(
            "There is no workspace yet. Import a file first (belvedere import), or try: belvedere demo."
        )
    names = ", ".join(item.slug for item in everything)
    raise NotFoundError(f"There are several workspaces ({names}). Say which one: --workspace NAME.")


def find_or_create_workspace(database: MetadataDatabase, slug: str | None) -> Workspace:
    """Return the named workspace or the only one; create it (by default 'main') if it is not there."""
    with database.write() as session:
        repository = Repository(session)
        everything = repository.workspaces()
        if slug is None and everything:
            if len(everything) > 1:
                names = ", ".join(item.slug for item in everything)
                raise NotFoundError(f"There are several workspaces ({names}). Say which one: --workspace NAME.")
            return everything[0]
        wanted = slug or FIRST_WORKSPACE
        found = repository.workspace(wanted)
        if found is not None:
            return found
        if wanted != slug_of(wanted):
            raise ConflictError(f"'{wanted}' cannot be a workspace's name: use lower-case letters, digits and hyphens.")
        return repository.add_workspace(wanted, wanted.replace("-", " ").capitalize(), "UTC", "EUR")


def find_or_create_client(
    database: MetadataDatabase, workspace: Workspace, name: str, timezone: str | None = None, *, keep: bool = True
) -> tuple[ClientAccount, bool]:
    """Return the client account with this name or slug, made if missing, and whether it is new; `keep` stores it."""
    with database.write() as session:
        repository = Repository(session)
        found = repository.client_account(workspace.id, name, archived=True)
        if found is not None:
            return found, False
        client = ClientAccount(
            id=new_id(),
            slug=_free_slug(repository, workspace, slug_of(name)),
            name=name.strip(),
            timezone=timezone or workspace.timezone,
            report_currency=workspace.currency,
        )
        if keep:
            repository.add_client_account(workspace.id, client)
        return client, True


def add_known_clients(database: MetadataDatabase, workspace: Workspace, clients: list[ClientAccount]) -> None:
    """Create those of these client accounts that are missing, under their own ids."""
    with database.write() as session:
        repository = Repository(session)
        for client in clients:
            if repository.client_account(workspace.id, client.slug, archived=True) is None:
                repository.add_client_account(workspace.id, client)


def _free_slug(repository: Repository, workspace: Workspace, wanted: str) -> str:
    taken = {client.slug for client in repository.client_accounts(workspace.id, archived=True)}
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def create_key(
    database: MetadataDatabase,
    workspace: Workspace,
    name: str,
    clients: list[str] | None = None,
    *,
    admin: bool = False,
    made_by: str | None = None,
) -> NewKey:
    """Make a key for a workspace, or for some of its client accounts, and return its text."""
    if admin and clients is not None:
        raise ConflictError("A key that is narrowed to client accounts cannot administer the workspace.")
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    with database.write() as session:
        repository = Repository(session)
        ids = None if clients is None else [_client_id(repository, workspace, slug) for slug in dict.fromkeys(clients)]
        key_id = repository.add_key(workspace.id, name, digest(secret), secret[:8], ids, admin=admin, made_by=made_by)
    return NewKey(key_id, name, secret)


def replace_key(database: MetadataDatabase, workspace: Workspace, name: str) -> NewKey:
    """Make a key in place of earlier ones with the same name."""
    with database.write() as session:
        Repository(session).revoke_keys(workspace.id, name)
    return create_key(database, workspace, name)


def revoke_key(database: MetadataDatabase, workspace: Workspace, name: str) -> int:
    """Revoke the keys with this name or id, and return how many."""
    with database.write() as session:
        count = Repository(session).revoke_keys(workspace.id, name)
    if count == 0:
        raise NotFoundError(
            f"There is no working key '{name}' in workspace '{workspace.slug}'. See: belvedere key list."
        )
    return count


def _client_id(repository: Repository, workspace: Workspace, slug: str) -> str:
    client = repository.client_account(workspace.id, slug)
    if client is None:
        known = ", ".join(item.slug for item in repository.client_accounts(workspace.id)) or "none yet"
        raise NotFoundError(f"There is no client account '{slug}' in workspace '{workspace.slug}'. There are: {known}.")
    return client.id
