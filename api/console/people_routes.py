"""Becoming the owner, signing in and out, the second step, and going over to another workspace."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.audit.stating import let_in, tries_as
from api.console.origins import origin_of
from api.console.render import come_again, go_to, own_path, page
from api.console.sessions import FormDep, OwnFormDep, VisitorDep, home_of
from api.dependencies import WorldDep, is_at_this_machine
from api.errors import MalformedRequestError, NotAllowedError, NotSignedInError, RateLimitExceededError
from api.people.cookies import cookie_of, forget_cookie, set_cookie
from api.people.passwords import LEAST
from api.people.records import NewSession
from api.people.roles import Permission, needs
from api.people.sessions import choose_workspace
from api.problems import problem_of
from api.world import World

router = APIRouter(prefix="/console", include_in_schema=False)

_SELF = [needs(Permission.SELF)]
_START = "/console"


@router.get("/welcome/{token}")
async def welcome(token: str, world: WorldDep) -> Response:
    """Show the form that makes the owner."""
    await run_in_threadpool(world.people.check_owner_token, token)
    return page(world, "welcome.html", token=token, given={}, wrong="", least=LEAST)


@router.post("/welcome/{token}")
async def become_owner(token: str, request: Request, world: WorldDep, form: FormDep) -> Response:
    """Make the owner and sign them in."""
    given = {name: form.get(name, "") for name in ("email", "name", "password")}
    typed = (given["email"], given["name"], given["password"])
    try:
        new = await run_in_threadpool(world.people.make_owner, token, *typed, origin_of(request))
    except MalformedRequestError as error:
        shown = given | {"password": ""}
        return page(world, "welcome.html", token=token, given=shown, wrong=str(error), least=LEAST, status=422)
    return await signed_in(request, world, new, _START)


@router.get("/sign-in")
async def sign_in_form(request: Request, world: WorldDep) -> Response:
    """Show the form to sign in; before there is anybody, say how to become the owner."""
    known = await run_in_threadpool(world.people.exist)
    # The demo has nothing to protect: whoever sits at this machine becomes its owner without reading the terminal.
    if not known and world.demo_key_id is not None and is_at_this_machine(request):
        token = await run_in_threadpool(world.people.owner_token)
        return go_to(f"/console/welcome/{token}")
    return sign_in_page(world, own_path(request.query_params.get("next")), known=known)


@router.post("/sign-in")
async def sign_in(request: Request, world: WorldDep, form: FormDep) -> Response:
    """Start a session, under a new id each time."""
    email, after, origin = form.get("email", ""), own_path(form.get("next")), origin_of(request)
    typed = (email, form.get("password", ""), origin.address, origin.browser)
    try:
        new = await run_in_threadpool(world.people.sign_in, *typed)
    except (NotAllowedError, RateLimitExceededError) as error:
        tries_as(request, email)
        shown = sign_in_page(world, after, email=email, wrong=str(error), status=problem_of(error).status)
        return come_again(shown, error)
    return await signed_in(request, world, new, after)


@router.get("/sign-in/code")
async def code_form(request: Request, world: WorldDep) -> Response:
    """Show the form of the second step."""
    return page(world, "sign_in_code.html", after=own_path(request.query_params.get("next")), wrong="")


@router.post("/sign-in/code")
async def give_code(request: Request, world: WorldDep, form: FormDep) -> Response:
    """Take the code of the second factor and let the person in, under a new id."""
    after = own_path(form.get("next"))
    try:
        new = await run_in_threadpool(world.people.give_code, cookie_of(request), form.get("code", ""))
    except NotSignedInError:
        return go_to(f"/console/sign-in?next={quote(after)}")
    except (NotAllowedError, RateLimitExceededError) as error:
        status = problem_of(error).status
        return come_again(page(world, "sign_in_code.html", after=after, wrong=str(error), status=status), error)
    return await signed_in(request, world, new, after)


@router.post("/sign-out", dependencies=_SELF)
async def sign_out(request: Request, world: WorldDep, _form: OwnFormDep) -> Response:
    """End the session."""
    await run_in_threadpool(world.people.sign_out, cookie_of(request) or "")
    response = go_to("/console/sign-in")
    forget_cookie(response, request)
    return response


@router.post("/workspace", dependencies=_SELF)
async def go_over(world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Let this session work in another workspace of the person."""
    await run_in_threadpool(choose_workspace, world.metadata, visitor, form.get("workspace", ""))
    return go_to(_START)


def sign_in_page(
    world: World, after: str, *, known: bool = True, email: str = "", wrong: str = "", status: int = 200
) -> Response:
    """Return the page on which people sign in, with a button for each provider."""
    return page(
        world,
        "sign_in.html",
        status=status,
        known=known,
        after=after,
        email=email,
        wrong=wrong,
        providers=world.providers,
    )


async def signed_in(request: Request, world: World, new: NewSession, after: str) -> Response:
    """Give the browser its new session in the place of an older one, and send it on, to the second step if need be."""
    let_in(request, new.secret)
    old = cookie_of(request)
    if old:
        await run_in_threadpool(world.people.sign_out, old)
    if new.pending:
        response = go_to(f"/console/sign-in/code?next={quote(after)}")
    else:
        visitor = await run_in_threadpool(world.people.visitor, new.secret)
        response = go_to(home_of(visitor) if after == _START else after)
    set_cookie(response, request, new)
    return response
