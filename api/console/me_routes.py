"""The page of one's own account: password, second factor, and where one is signed in."""

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.console.render import come_again, go_to, page
from api.console.sessions import OwnFormDep, VisitorDep
from api.dependencies import WorldDep
from api.errors import ApiError, MalformedRequestError, NotAllowedError, NotFoundError, RateLimitExceededError
from api.people.access import has_second_factor
from api.people.cookies import cookie_of, forget_cookie, set_cookie
from api.people.models import PersonRow
from api.people.passwords import LEAST
from api.people.records import NewSession, Visitor
from api.people.roles import Permission, needs
from api.people.second_factor import codes_left, confirm, enrol, remove, renew_codes
from api.people.sessions import end_session, end_sessions, sessions_of
from api.workspaces.records import Workspace
from api.world import World

router = APIRouter(prefix="/console/me", include_in_schema=False, dependencies=[needs(Permission.SELF)])

_HERE = "/console/me"
_REFUSED = (MalformedRequestError, NotAllowedError, NotFoundError, RateLimitExceededError)


@router.get("")
def me(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show one's own account."""
    return _page(world, visitor, said=request.query_params.get("said", ""))


@router.post("/password")
async def change_password(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Set a new password by the present one."""
    typed = (form.get("old", ""), form.get("new", ""))
    try:
        new = await run_in_threadpool(world.people.change_password, cookie_of(request), *typed)
    except _REFUSED as error:
        return await run_in_threadpool(_page, world, visitor, error, "password")
    response = go_to(f"{_HERE}?said=password")
    set_cookie(response, request, new)
    return response


@router.get("/second-factor")
def factor(world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the code that an authenticator reads."""
    if _has_factor(world, visitor):
        return go_to(_HERE)
    return _enrol_page(world, visitor)


@router.post("/second-factor")
async def begin_factor(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Begin the second factor by its first code, and show the recovery codes this once."""

    def work() -> tuple[NewSession, tuple[str, ...]]:
        world.people.tries.count(f"code {visitor.person.id}")
        return confirm(world.metadata, visitor, form.get("code", ""))

    try:
        new, codes = await run_in_threadpool(work)
    except _REFUSED as error:
        return await run_in_threadpool(_enrol_page, world, visitor, error)
    renewed = await run_in_threadpool(world.people.visitor, new.secret)
    response = _codes_page(world, renewed, codes)
    set_cookie(response, request, new)
    return response


@router.post("/second-factor/codes")
async def new_codes(world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Make new recovery codes and show them this once."""

    def work() -> tuple[str, ...]:
        world.people.tries.count(f"code {visitor.person.id}")
        return renew_codes(world.metadata, visitor, form.get("code", ""))

    try:
        codes = await run_in_threadpool(work)
    except _REFUSED as error:
        return await run_in_threadpool(_page, world, visitor, error, "factor")
    return _codes_page(world, visitor, codes)


@router.post("/second-factor/remove")
async def end_factor(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """End the second factor by one of its codes."""

    def work() -> NewSession:
        world.people.tries.count(f"code {visitor.person.id}")
        return remove(world.metadata, visitor, form.get("code", ""))

    try:
        new = await run_in_threadpool(work)
    except _REFUSED as error:
        return await run_in_threadpool(_page, world, visitor, error, "factor")
    response = go_to(f"{_HERE}?said=factor-removed")
    set_cookie(response, request, new)
    return response


@router.post("/sessions/end-all")
async def end_all(request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """End every session of the person, this one too."""

    def work() -> None:
        with world.metadata.write() as session:
            end_sessions(session, visitor.person.id)

    await run_in_threadpool(work)
    response = go_to("/console/sign-in")
    forget_cookie(response, request)
    return response


@router.post("/sessions/{session_id}/end")
async def end_one(session_id: str, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """End one session of the person."""
    await run_in_threadpool(end_session, world.metadata, visitor.person.id, session_id)
    return go_to(f"{_HERE}?said=session")


def _has_factor(world: World, visitor: Visitor) -> bool:
    with world.metadata.read() as session:
        return has_second_factor(session, visitor.person.id)


def _status(error: ApiError | None) -> int:
    """Return that of a form which was refused; too many tries are not the form's fault."""
    return 200 if error is None else 429 if isinstance(error, RateLimitExceededError) else 422


def _page(world: World, visitor: Visitor, error: ApiError | None = None, place: str = "", said: str = "") -> Response:
    with world.metadata.read() as session:
        has_password = bool(session.get_one(PersonRow, visitor.person.id).password)
    shown = page(
        world,
        "me.html",
        visitor=visitor,
        workspace=_shown_workspace(visitor),
        status=_status(error),
        here=_HERE,
        sessions=sessions_of(world.metadata, visitor.person.id),
        has_password=has_password,
        has_factor=_has_factor(world, visitor),
        codes_left=codes_left(world.metadata, visitor.person.id),
        demanded=[one.workspace.name for one in visitor.accesses if one.needs_factor],
        least=LEAST,
        wrong={place: str(error)} if error else {},
        said=said,
    )
    return shown if error is None else come_again(shown, error)


def _enrol_page(world: World, visitor: Visitor, error: ApiError | None = None) -> Response:
    enrolment = enrol(world.metadata, visitor, world.settings.product_name)
    drawn = segno.make(enrolment.address, error="m").svg_inline(border=3, light="#fff", omitsize=True)
    shown = page(
        world,
        "second_factor.html",
        visitor=visitor,
        workspace=_shown_workspace(visitor),
        status=_status(error),
        here=_HERE,
        secret=" ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)),
        address=enrolment.address,
        qr=Markup(drawn),  # noqa: S704  # drawn here from our own text: squares and nothing else
        wrong=str(error or ""),
    )
    return shown if error is None else come_again(shown, error)


def _codes_page(world: World, visitor: Visitor, codes: tuple[str, ...]) -> Response:
    return page(
        world,
        "recovery_codes.html",
        visitor=visitor,
        workspace=_shown_workspace(visitor),
        here=_HERE,
        codes=codes,
    )


def _shown_workspace(visitor: Visitor) -> Workspace | None:
    """Return the workspace whose menu stands beside the account; none of one that does not let the person in."""
    found = next(iter(visitor.workspaces), None)
    access = None if found is None else visitor.access_to(found.id)
    return None if access is None or access.needs_factor else found
