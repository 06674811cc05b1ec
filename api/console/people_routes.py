"""Becoming the owner, signing in and out."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, own_path, page
from api.console.sessions import FormDep, OwnFormDep
from api.dependencies import WorldDep, is_at_this_machine
from api.errors import MalformedRequestError, NotAllowedError, RateLimitExceededError
from api.people.cookies import cookie_of, forget_cookie, set_cookie
from api.people.passwords import LEAST

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/welcome/{token}")
async def welcome(token: str, world: WorldDep) -> Response:
    """Show the form that makes the owner."""
    await run_in_threadpool(world.people.check_owner_token, token)
    return page(world, "welcome.html", token=token, given={}, wrong="", least=LEAST)


@router.post("/welcome/{token}")
async def become_owner(token: str, request: Request, world: WorldDep, form: FormDep) -> Response:
    """Make the owner and sign them in."""
    given = {name: form.get(name, "") for name in ("email", "name", "password")}
    try:
        new = await run_in_threadpool(world.people.make_owner, token, given["email"], given["name"], given["password"])
    except MalformedRequestError as error:
        shown = given | {"password": ""}
        return page(world, "welcome.html", token=token, given=shown, wrong=str(error), least=LEAST, status=422)
    response = go_to("/console")
    set_cookie(response, request, new)
    return response


@router.get("/sign-in")
async def sign_in_form(request: Request, world: WorldDep) -> Response:
    """Show the form to sign in; before there is anybody, say how to become the owner."""
    known = await run_in_threadpool(world.people.exist)
    # The demo has nothing to protect: whoever sits at this machine becomes its owner without reading the terminal.
    if not known and world.demo_key_id is not None and is_at_this_machine(request):
        token = await run_in_threadpool(world.people.owner_token)
        return go_to(f"/console/welcome/{token}")
    after = own_path(request.query_params.get("next"))
    return page(world, "sign_in.html", known=known, after=after, email="", wrong="")


@router.post("/sign-in")
async def sign_in(request: Request, world: WorldDep, form: FormDep) -> Response:
    """Start a session, under a new id each time."""
    email, address = form.get("email", ""), request.client.host if request.client else ""
    try:
        new = await run_in_threadpool(world.people.sign_in, email, form.get("password", ""), address)
    except (NotAllowedError, RateLimitExceededError) as error:
        status = 429 if isinstance(error, RateLimitExceededError) else 403
        after = own_path(form.get("next"))
        return page(world, "sign_in.html", known=True, after=after, email=email, wrong=str(error), status=status)
    await _end(request, world)
    response = go_to(own_path(form.get("next")))
    set_cookie(response, request, new)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, world: WorldDep, _form: OwnFormDep) -> Response:
    """End the session."""
    await _end(request, world)
    response = go_to("/console/sign-in")
    forget_cookie(response, request)
    return response


async def _end(request: Request, world: WorldDep) -> None:
    secret = cookie_of(request)
    if secret:
        await run_in_threadpool(world.people.sign_out, secret)
