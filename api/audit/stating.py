"""Writes the line of a request when its answer is known: what its route states, and who asked.

Who asks is noted where keys, people and links are found out. What a route is about, where its address does not say it,
it notes by `about`.
"""

from fastapi import Request

from api.audit.log import record
from api.audit.naming import whose_address, whose_connector, whose_session
from api.audit.records import Actor, ActorKind, Result
from api.audit.table import STATED, Stated
from api.telemetry import REQUEST_ID
from api.workspaces.database import MetadataDatabase

_LONGEST_ADDRESS = 64


def about(request: Request, object_id: str) -> None:
    """Note the id of what a request has made or changed, where its address does not say it."""
    request.state.audited_object = object_id


def seen_as(request: Request, kind: ActorKind, actor_id: str, *workspaces: str) -> None:
    """Note who asks, and the workspaces in whose logs the line belongs."""
    request.state.audited_actor = (kind, actor_id, workspaces)


def tries_as(request: Request, email: str) -> None:
    """Note the address that somebody has tried to sign in with; only the id of its person is written."""
    request.state.audited_email = email


def let_in(request: Request, secret: str) -> None:
    """Note the session that a sign-in has made."""
    request.state.audited_session = secret


def connects_as(request: Request, client_id: str) -> None:
    """Note the copy of a connector that asks for tokens, as it names itself."""
    request.state.audited_connector = client_id


def stated(request: Request) -> Stated | None:
    """Return what the route of a request states; a route that states nothing writes nothing."""
    path = getattr(request.scope.get("route"), "path", "")
    return STATED.get(f"{request.method} {path}")


def write_lines(metadata: MetadataDatabase, request: Request, what: Stated, status: int) -> None:
    """Write the line of a request whose answer has this status, into the log of each workspace that it concerns."""
    kind, actor_id, workspaces = getattr(request.state, "audited_actor", (ActorKind.NOBODY, None, ()))
    part = request.path_params.get(what.object_part or "")
    object_id = getattr(request.state, "audited_object", None) or (None if part is None else str(part))
    if secret := getattr(request.state, "audited_session", None):
        actor_id, workspaces = whose_session(metadata, secret)
        kind = ActorKind.PERSON
    elif client_id := getattr(request.state, "audited_connector", None):
        kind = ActorKind.CONNECTOR
        actor_id, workspaces = whose_connector(metadata, client_id)
    elif email := getattr(request.state, "audited_email", None):
        # Whoever tried is not known to be that person.
        object_id, workspaces = whose_address(metadata, email)
    result = Result.OK if status < 400 else Result.REFUSED if status < 500 else Result.FAILED
    address = request.client.host[:_LONGEST_ADDRESS] if request.client else None
    for workspace_id in workspaces or (None,):
        actor = Actor(kind, actor_id, workspace_id, address, REQUEST_ID.get())
        record(metadata, actor, what.action, object_id, result=result)
