"""The ways in by a link: an invitation, and a new password for one that was forgotten."""

from contextlib import suppress

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from api.console.origins import origin_of
from api.console.people_routes import signed_in
from api.console.render import come_again, go_to, page
from api.console.sessions import FormDep, OwnFormDep, VisitorDep, home_of
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, MalformedRequestError, NotSignedInError, RateLimitExceededError
from api.oauth.routes import own_address
from api.people.cookies import cookie_of
from api.people.invitations import invitation_by, is_known, join_as, join_as_new
from api.people.letters import reset_letter, send
from api.people.passwords import LEAST
from api.people.records import Visitor
from api.people.resets import check_reset, reset_token, take_reset
from api.people.roles import Permission, needs
from api.people.sessions import choose_workspace
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/invitation/{token}")
def invitation(token: str, request: Request, world: WorldDep) -> Response:
    """Show who invites to what, and the way that fits: joining, signing in, or an account of one's own."""
    return _invitation_page(request, world, token)


@router.post("/invitation/{token}")
async def join_new(token: str, request: Request, world: WorldDep, form: FormDep) -> Response:
    """Join as somebody new, with a name and a password."""
    typed = (form.get("name", ""), form.get("password", ""))
    try:
        new = await run_in_threadpool(join_as_new, world.metadata, token, *typed, origin_of(request))
    except (ConflictError, MalformedRequestError) as error:
        return await run_in_threadpool(_invitation_page, request, world, token, error, typed[0])
    return await signed_in(request, world, new, "/console")


@router.post("/invitation/{token}/join", dependencies=[needs(Permission.SELF)])
async def join(token: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Join as the person who is signed in."""

    def work() -> str:
        taken = join_as(world.metadata, token, visitor)
        with world.metadata.read() as session:
            slug = Repository(session).workspace_by_id(taken.workspace_id).slug
        choose_workspace(world.metadata, world.people.visitor(cookie_of(request)), slug)
        return home_of(world.people.visitor(cookie_of(request)))

    return go_to(await run_in_threadpool(work))


@router.get("/forgot")
async def forgot_form(world: WorldDep) -> Response:
    """Show the form that asks for a new password."""
    return page(world, "forgot.html", mails=world.mailer is not None, sent=False, wrong="")


@router.post("/forgot")
async def forgot(request: Request, world: WorldDep, form: FormDep) -> Response:
    """Mail the link, if there is such a person; whoever asks is told the same, after the same time."""
    email, address = form.get("email", "").strip().lower()[:254], request.client.host if request.client else ""
    try:
        world.people.tries.count(f"reset from {address}")
        world.people.tries.count(f"reset {email}")
    except RateLimitExceededError as error:
        return come_again(page(world, "forgot.html", mails=True, sent=False, wrong=str(error), status=429), error)
    answer = page(world, "forgot.html", mails=world.mailer is not None, sent=True, wrong="")
    # Sent when the answer has gone: how long it takes tells nobody whether there is such a person.
    answer.background = BackgroundTask(_mail_reset, world, own_address(request, world), email)
    return answer


@router.get("/reset/{token}")
async def reset_form(token: str, world: WorldDep) -> Response:
    """Show the form of a new password."""
    await run_in_threadpool(check_reset, world.metadata, token)
    return page(world, "reset.html", token=token, least=LEAST, wrong="")


@router.post("/reset/{token}")
async def reset(token: str, request: Request, world: WorldDep, form: FormDep) -> Response:
    """Set the new password and sign in."""
    try:
        new = await run_in_threadpool(take_reset, world.metadata, token, form.get("password", ""), origin_of(request))
    except MalformedRequestError as error:
        return page(world, "reset.html", token=token, least=LEAST, wrong=str(error), status=422)
    return await signed_in(request, world, new, "/console")


def _mail_reset(world: World, address: str, email: str) -> None:
    if world.mailer is None:
        return
    token = reset_token(world.metadata, email)
    if token is not None:
        send(world.mailer, reset_letter(world.settings.product_name, f"{address}/console/reset/{token}", email))


def _invitation_page(
    request: Request, world: World, token: str, error: ApiError | None = None, name: str = ""
) -> Response:
    found = invitation_by(world.metadata, token)
    visitor: Visitor | None = None
    with suppress(NotSignedInError):
        visitor = world.people.visitor(cookie_of(request))
    with world.metadata.read() as session:
        workspace = Repository(session).workspace_by_id(found.workspace_id)
    return page(
        world,
        "invitation.html",
        status=200 if error is None else 422,
        token=token,
        invitation=found,
        to=workspace.name,
        who=visitor,
        known=is_known(world.metadata, found.email),
        providers=world.providers,
        given=name,
        least=LEAST,
        wrong=str(error or ""),
    )
