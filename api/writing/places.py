"""Client accounts by the names that people and addresses use; what is not visible does not exist."""

from api.errors import NotFoundError
from api.workspaces.records import Caller
from warehouse import ClientAccount


def chosen_client(caller: Caller, slug: str) -> ClientAccount:
    """Return one of the caller's client accounts, or raise NotFoundError."""
    found = next((one for one in caller.clients if one.slug == slug), None)
    if found is None:
        raise NotFoundError(f"There is no client account '{slug[:100]}' for you.", client=slug[:100])
    return found


def slug_of(caller: Caller, client_account_id: str) -> str | None:
    """Return the slug of one of the caller's client accounts."""
    return next((one.slug for one in caller.clients if one.id == client_account_id), None)


def may_write_about(caller: Caller, client_account_id: str | None) -> bool:
    """Tell whether somebody may write about a client account; about all of them (None) only who sees them all."""
    if client_account_id is None:
        return not caller.narrowed
    return any(one.id == client_account_id for one in caller.clients)
