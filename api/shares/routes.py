"""The page behind a share link: the report, its password, a sign-in, or that the link works no more."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.brands.records import Brand
from api.brands.repository import Brands, brand_of_host
from api.console.render import come_again
from api.dependencies import WorldDep, check_reader, host_name
from api.errors import NotAllowedError, NotAuthenticatedError, NotFoundError, RateLimitExceededError
from api.limits import read_body
from api.people.cookies import is_secure, own_cookie
from api.policy import policy
from api.reports.document import report_response
from api.shares.callers import caller_of_share
from api.shares.links import VISIT_LIFETIME, count_opening, is_unlocked, share_of, unlock, visit_cookie
from api.shares.pages import gone_page, password_page, report_document, sign_in_page
from api.world import World

router = APIRouter(prefix="/s", include_in_schema=False)

_MOST_BYTES = 4_000


@router.get("/{token}")
def shared(token: str, request: Request, world: WorldDep) -> Response:
    """Serve the report's page, or what stands before it."""
    brand = _brand_here(request, world)
    try:
        share = share_of(world.metadata, token)
        check_reader(request, world, share)
        visit = request.cookies.get(own_cookie(request, visit_cookie(share)))
        if not is_unlocked(world.metadata, share, visit):
            return password_page(world, brand, share)
        caller = caller_of_share(world.metadata, share, visit)
    except NotFoundError:
        return gone_page(world, brand)
    except NotAuthenticatedError:
        return sign_in_page(world, token)
    count_opening(world.metadata, share)
    with world.metadata.read() as session:
        brand = Brands(session, share.workspace_id).of(caller.clients[0].id if len(caller.clients) == 1 else None)
    headers = {"content-security-policy": policy(share.ancestors)} if share.ancestors else {}
    return report_response(request, world, caller, share.template_id, report_document(brand), headers)


@router.post("/{token}")
async def give_password(token: str, request: Request, world: WorldDep) -> Response:
    """Take the password and go on to the report."""
    brand = await run_in_threadpool(_brand_here, request, world)
    try:
        share = await run_in_threadpool(share_of, world.metadata, token)
    except NotFoundError:
        return gone_page(world, brand)
    try:
        world.share_tries.check(share.id, request.client.host if request.client else "")
        given = parse_qs((await read_body(request, _MOST_BYTES)).decode(), max_num_fields=5).get("password", [""])
        secret = await run_in_threadpool(unlock, world.metadata, share, given[-1])
    except RateLimitExceededError as error:
        return come_again(password_page(world, brand, share, str(error), 429), error)
    except (NotAllowedError, ValueError):
        return password_page(world, brand, share, "The password is wrong.", 403)
    response = Response(status_code=303, headers={"location": f"/s/{token}", "cache-control": "no-store"})
    response.set_cookie(
        own_cookie(request, visit_cookie(share)),
        secret,
        max_age=int(VISIT_LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )
    return response


def _brand_here(request: Request, world: World) -> Brand | None:
    """Return the brand whose own domain the page was opened under; what is behind the link stays unsaid."""
    with world.metadata.read() as session:
        return brand_of_host(session, (host_name(request) or "").lower())
