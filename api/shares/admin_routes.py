"""The API of share links: list, make and revoke them."""

from datetime import date
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.people.roles import Permission, needs
from api.shares.links import list_shares, make_share, revoke_share
from api.shares.records import Share
from api.shares.wishes import ShareWish, checked
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World

router = APIRouter(prefix="/v1/shares", tags=["shares"], responses=REFUSALS, dependencies=[needs(Permission.SHARE)])

Values = Annotated[list[str | None], Field(max_length=200)]


class ShareMessage(BaseModel):
    """A link to make. `clients` are slugs, none means all; a filter value of null is "(not set)"."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    report: str = Field(max_length=100)
    kind: Literal["person", "link", "embed"]
    name: str = Field(default="", max_length=200)
    clients: tuple[str, ...] = Field(default=(), max_length=500)
    filters: dict[str, Values] = Field(default_factory=dict, max_length=20)
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    days: int | None = Field(default=30, description="How many days it works.")
    password: str = Field(default="", max_length=200)
    ancestors: tuple[str, ...] = Field(default=(), max_length=20, description="Sites that may embed it.")


@router.get("")
def shares(world: WorldDep, caller: AdminDep) -> Response:
    """List the links of the workspace; their tokens are not kept."""
    found = list_shares(world.metadata, caller.workspace.id)
    return _json({"shares": [shown(caller, one) for one in found]})


@router.post("", status_code=201, openapi_extra=takes(ShareMessage))
async def share(request: Request, world: WorldDep, caller: AdminDep) -> Response:
    """Make a link; the answer is the only place where its address stands."""
    message = await parsed(request, world, ShareMessage)
    return await run_in_threadpool(_make, world, caller, message)


@router.delete("/{share_id}", status_code=204)
def revoke(share_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """End a link at once."""
    revoke_share(world.metadata, caller.workspace.id, share_id)
    return Response(status_code=204)


def shown(caller: Caller, share: Share) -> dict[str, object]:
    """Return a link as the API lists it."""
    slugs = {one.id: one.slug for one in caller.clients}
    return {
        "id": share.id,
        "report": share.template_id,
        "kind": share.kind,
        "name": share.name,
        "clients": None if share.clients is None else [slugs[one] for one in share.clients if one in slugs],
        "filters": share.filters,
        "from": share.dates[0] if share.dates else None,
        "to": share.dates[1] if share.dates else None,
        "password": share.has_password,
        "ancestors": share.ancestors,
        "created_by": share.created_by,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "revoked_at": share.revoked_at,
        "opened": share.opened,
        "last_opened_at": share.last_opened_at,
    }


def _make(world: World, caller: Caller, message: ShareMessage) -> Response:
    with world.metadata.read() as session:
        report = Library(session, caller.workspace.id).template(message.report)
    wish = ShareWish(
        kind=message.kind,
        name=message.name,
        clients=message.clients,
        filters={name: tuple(values) for name, values in message.filters.items()},
        first=message.first,
        last=message.last,
        days=message.days,
        password=message.password,
        ancestors=" ".join(message.ancestors),
    )
    new = checked(caller, report, world.model_of(caller.workspace.slug), wish)
    made, token = make_share(world.metadata, caller.workspace.id, new, f"key {caller.key_name}")
    address = f"{world.settings.address}/s/{token}"
    return _json({**shown(caller, made), "address": address}, 201)


def _json(answer: object, status: int = 200) -> Response:
    headers = {"cache-control": "private, no-store"}
    return Response(orjson.dumps(answer), status, media_type="application/json", headers=headers)
