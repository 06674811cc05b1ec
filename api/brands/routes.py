"""The files of a brand, and the API that sets it. A brand's files are addressed by its id, which names nobody."""

import base64
import binascii
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.brands.css import style_sheet
from api.brands.logos import MOST_BYTES, logo_png
from api.brands.records import Brand, BrandWish, check_brand
from api.brands.repository import Brands, brand_by_id, logo_of
from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import InvalidSettingError, NotFoundError
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World
from api.writing.places import chosen_client

router = APIRouter()

_SHARING = [needs(Permission.SHARE)]

_HOUR = "public, max-age=3600"
_GONE = "There is no such brand."
Client = Annotated[str, Query(max_length=200, description="A client account's slug; the workspace's own look without.")]


class BrandMessage(BaseModel):
    """A brand to keep. Logos are SVG, PNG or JPEG in base64; null keeps what there is, empty takes it away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(max_length=120)
    accent: str = Field(default="#0156ef", max_length=40)
    series: tuple[Annotated[str, Field(max_length=40)], ...] = Field(default=(), max_length=8)
    font: str = "inter"
    footer: str = Field(default="", max_length=300)
    sender: str = Field(default="", max_length=120)
    host: str = Field(default="", max_length=253)
    logo: Annotated[str, Field(max_length=MOST_BYTES * 2)] | None = None
    logo_dark: Annotated[str, Field(max_length=MOST_BYTES * 2)] | None = None


@router.get("/brand/{brand_id}.css", include_in_schema=False)
def brand_css(brand_id: str, world: WorldDep) -> Response:
    """Serve the tokens of a brand."""
    with world.metadata.read() as session:
        brand = brand_by_id(session, brand_id)
    if brand is None:
        raise NotFoundError(_GONE)
    return Response(style_sheet(brand), media_type="text/css", headers={"cache-control": _HOUR})


@router.get("/brand/{brand_id}/logo", include_in_schema=False)
def brand_logo(brand_id: str, world: WorldDep, dark: bool = False) -> Response:
    """Serve a logo as PNG."""
    with world.metadata.read() as session:
        content = logo_of(session, brand_id, dark=dark)
    if content is None:
        raise NotFoundError(_GONE)
    return Response(content, media_type="image/png", headers={"cache-control": _HOUR})


@router.get("/v1/brands", tags=["brands"], responses=REFUSALS, dependencies=_SHARING)
def get_brand(world: WorldDep, caller: AdminDep, client: Client = "") -> Response:
    """Return the look of a client account, or of the workspace."""
    with world.metadata.read() as session:
        brand = Brands(session, caller.workspace.id).own(_place(caller, client))
    if brand is None:
        raise NotFoundError("There is no brand there yet.")
    return _json({"brand": shown(brand), "warnings": []})


@router.put("/v1/brands", tags=["brands"], responses=REFUSALS, openapi_extra=takes(BrandMessage), dependencies=_SHARING)
async def put_brand(request: Request, world: WorldDep, caller: AdminDep, client: Client = "") -> Response:
    """Keep a look; colours that cannot be told apart are refused, doubtful ones come back as warnings."""
    message = await parsed(request, world, BrandMessage)
    return await run_in_threadpool(_put, world, caller, client, message)


@router.delete("/v1/brands", status_code=204, tags=["brands"], responses=REFUSALS, dependencies=_SHARING)
def delete_brand(world: WorldDep, caller: AdminDep, client: Client = "") -> Response:
    """Go back to the usual look."""
    with world.metadata.write() as session:
        if not Brands(session, caller.workspace.id).remove(_place(caller, client)):
            raise NotFoundError("There is no brand there yet.")
    return Response(status_code=204)


def shown(brand: Brand) -> dict[str, object]:
    """Return what a report's page needs to wear a brand."""
    logo = f"/brand/{brand.id}/logo?v={brand.changed}"
    return {
        "id": brand.id,
        "name": brand.name,
        "footer": brand.footer,
        "style": f"/brand/{brand.id}.css?v={brand.changed}",
        "logo": logo if brand.has_logo else None,
        "logo_dark": f"{logo}&dark=true" if brand.has_logo or brand.has_dark_logo else None,
    }


def read_logos(given: dict[str, str | None]) -> dict[str, bytes]:
    """Return logos as PNG by name; those that were not given are left out."""
    found: dict[str, bytes] = {}
    for name, text in given.items():
        if text is None:
            continue
        try:
            content = base64.b64decode(text.partition("base64,")[2] or text, validate=True)
        except binascii.Error as error:
            raise InvalidSettingError("The logo did not arrive whole. Choose the file once more.") from error
        found[name] = logo_png(content) if content else b""
    return found


def _put(world: World, caller: Caller, client: str, message: BrandMessage) -> Response:
    wish = BrandWish(**message.model_dump(exclude={"logo", "logo_dark"}))
    checked, logos = check_brand(wish), read_logos({"logo": message.logo, "logo_dark": message.logo_dark})
    with world.metadata.write() as session:
        brand = Brands(session, caller.workspace.id).put(_place(caller, client), checked.wish, logos)
    return _json({"brand": shown(brand), "warnings": checked.warnings})


def _place(caller: Caller, slug: str) -> str | None:
    return chosen_client(caller, slug).id if slug else None


def _json(answer: object) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json", headers={"cache-control": "private, no-store"})
