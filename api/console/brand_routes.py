"""The page of white label: the look of a client account, or of the whole workspace, with its checks."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.brands.records import FONTS, USUAL_SERIES, Brand, BrandWish, check_brand
from api.brands.repository import Brands
from api.brands.routes import read_logos, shown
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ConflictError, InvalidSettingError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World
from api.writing.places import chosen_client

router = APIRouter(prefix="/console/branding", include_in_schema=False, dependencies=[needs(Permission.SHARE)])

_HERE = "/console/branding"


@router.get("")
def branding(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the look of the client that the address names, or of the workspace."""
    return _page(world, visitor, caller_at(request, world, visitor), request.query_params.get("client") or "")


@router.post("")
async def brand(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep a look, or say what is wrong with it."""
    caller = await run_in_threadpool(caller_at, request, world, visitor)
    return await run_in_threadpool(_keep, world, visitor, caller, form)


@router.post("/remove")
async def remove(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Go back to the usual look."""
    caller, client = await run_in_threadpool(caller_at, request, world, visitor), form.get("client", "")
    await run_in_threadpool(_forget, world, caller, client)
    return go_to(f"{_HERE}?client={client}" if client else _HERE)


def _keep(world: World, visitor: Visitor, caller: Caller, form: Mapping[str, str]) -> Response:
    client = form.get("client", "")
    colours = tuple(form.get(f"series_{number}", "") for number in range(1, 9)) if form.get("own_series") else ()
    wish = BrandWish(
        name=form.get("name", ""),
        accent=form.get("accent", ""),
        series=colours,
        font=form.get("font", ""),
        footer=form.get("footer", ""),
        sender=form.get("sender", ""),
        host=form.get("host", ""),
    )
    given = {name: form.get(name) or None for name in ("logo", "logo_dark")}
    try:
        checked, logos = check_brand(wish), read_logos(given)
        with world.metadata.write() as session:
            Brands(session, caller.workspace.id).put(_place(caller, client), checked.wish, logos)
    except (InvalidSettingError, ConflictError) as error:
        return _page(world, visitor, caller, client, wish=wish, wrong=str(error))
    return _page(world, visitor, caller, client, warnings=checked.warnings, is_saved=True)


def _page(
    world: World,
    visitor: Visitor,
    caller: Caller,
    client: str,
    *,
    wish: BrandWish | None = None,
    wrong: str = "",
    warnings: tuple[str, ...] = (),
    is_saved: bool = False,
) -> Response:
    with world.metadata.read() as session:
        own = Brands(session, caller.workspace.id).own(_place(caller, client))
    given = wish or (BrandWish() if own is None else _typed(own))
    return page(
        world,
        "branding.html",
        visitor=visitor,
        workspace=caller.workspace,
        status=422 if wrong else 200,
        here=_HERE,
        clients=caller.clients,
        client=client,
        given=given,
        series=given.series or USUAL_SERIES,
        own=None if own is None else shown(own),
        fonts={name: label for name, (label, _) in FONTS.items()},
        wrong=wrong,
        warnings=warnings,
        is_saved=is_saved,
    )


def _typed(brand: Brand) -> BrandWish:
    sender, host = brand.sender, brand.host or ""
    return BrandWish(brand.name, brand.accent, brand.series, brand.font, brand.footer, sender, host)


def _forget(world: World, caller: Caller, client: str) -> None:
    with world.metadata.write() as session:
        Brands(session, caller.workspace.id).remove(_place(caller, client))


def _place(caller: Caller, slug: str) -> str | None:
    return chosen_client(caller, slug).id if slug else None
