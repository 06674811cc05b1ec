"""What is asked for when an account is linked: settings, credentials and a name, checked before anything is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel, ValidationError

from api.errors import ConflictError, MalformedRequestError
from api.workspaces.repository import Repository
from connectors import ApiKey, Auth, JsonValue, LinkedSource, ServiceAccount, Source

# What every connection may say: which account it reads, and the first day of its history.
_OURS = ("account_id", "history_start")


@dataclass(frozen=True)
class NewConnection:
    """What is to be linked, for which client account; without credentials a person is to sign in."""

    source: str
    client_id: str | None
    settings: Mapping[str, JsonValue]
    credentials: Mapping[str, str] | None = field(default=None, repr=False)
    name: str = ""
    owner_id: str | None = None  # the person who links it


def check_settings(source: Source, settings: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the settings as the source's own model takes them, or say which one is wrong."""
    model = getattr(source, "settings", None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return dict(settings)
    _check_history(settings.get("history_start"))
    ours = {name: settings[name] for name in _OURS if name in settings and name not in model.model_fields}
    try:
        checked = model.model_validate({name: value for name, value in settings.items() if name not in ours})
    except ValidationError as error:
        wrong = [{"at": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in error.errors()[:20]]
        places = "; ".join(f"{one['at'] or 'settings'}: {one['problem']}" for one in wrong[:5])
        raise MalformedRequestError(
            f"The settings do not fit {source.label}: {places}. GET /v1/sources has their schema.", wrong=wrong
        ) from error
    return {**checked.model_dump(mode="json", by_alias=True, exclude_none=True), **ours}


def _check_history(start: JsonValue) -> None:
    try:
        if start is not None:
            date.fromisoformat(str(start))
    except ValueError as error:
        raise MalformedRequestError(
            f"history_start is '{start}'. Write the first day of the history as YYYY-MM-DD.", wrong=["history_start"]
        ) from error


def auth_for(source: LinkedSource, credentials: Mapping[str, str]) -> Auth:
    """Return the way in that these credentials are for, or say which ones there are."""
    for auth in source.auths:
        if names_of(auth) and set(names_of(auth)) == set(credentials) and all(credentials.values()):
            return auth
    ways = " or ".join(", ".join(names_of(auth)) for auth in source.auths if names_of(auth)) or "none: sign in instead"
    raise MalformedRequestError(
        f"These are not the credentials of {source.label}. It wants: {ways}.", wanted=ways, given=sorted(credentials)
    )


def names_of(auth: Auth) -> tuple[str, ...]:
    """Return the credentials that a person gives; none where he signs in at the vendor."""
    if isinstance(auth, ApiKey):
        return tuple(secret.name for secret in auth.secrets)
    return ("key",) if isinstance(auth, ServiceAccount) else ()


def free_name(repository: Repository, workspace_id: str, wanted: str, label: str) -> str:
    """Return a name that no connection of the workspace has; one that a person chose is not changed."""
    taken = {one.name for one in repository.connections(workspace_id)}
    if wanted in taken:
        raise ConflictError(f"There is a connection '{wanted}' already. Choose another name.")
    name, number = wanted or label, 2
    while name in taken:
        name, number = f"{label} {number}", number + 1
    return name
