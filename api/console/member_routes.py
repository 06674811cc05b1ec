"""The page of people: who is in the workspace, invitations, and what is granted to whom."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.forms import chosen_one
from api.console.member_pages import grant_of, people_page, person_page
from api.console.render import go_to
from api.console.sessions import OwnFormDep, VisitorDep
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, InvalidSettingError, MalformedRequestError, NotFoundError
from api.oauth.routes import own_address
from api.people.callers import access_of
from api.people.granting import DOMAIN, GROUP, PERSON, keep_grant, put_group, remove_group, take_grant
from api.people.invitations import invite, note_mailed, withdraw
from api.people.letters import invitation_letter, send
from api.people.members import change_role, demand_second_factor, may_change, remove_member, settle_owner, transfer
from api.people.records import Access, Visitor
from api.people.roles import Permission, Role, needs
from api.workspaces.personal import show_personal_data
from looker_templates import UnknownTemplateError
from schemas import Showing

router = APIRouter(prefix="/console/people", include_in_schema=False, dependencies=[needs(Permission.PEOPLE)])

_HERE = "/console/people"
_REFUSED = (ConflictError, InvalidSettingError, MalformedRequestError, UnknownTemplateError)


@router.get("")
def people(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List people, invitations, and grants to domains and groups."""
    access = _access(request, visitor)
    settle_owner(world.metadata, visitor, access)
    return people_page(world, visitor, access, said=request.query_params.get("said", ""))


@router.post("/invite")
async def ask_to_join(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Invite somebody: by mail, or by a link that is shown this once."""
    access = _access(request, visitor)

    def work() -> Response:
        role = chosen_one(form.get("role", ""), [*Role], "role")
        grants = [] if role.sees_all else [grant_of(world, access, form)]
        invitation, token = invite(world.metadata, visitor, access, form.get("email", ""), role, grants)
        link = f"{own_address(request, world)}/console/invitation/{token}"
        letter = invitation_letter(world.settings.product_name, access.workspace.name, link, invitation)
        unsent = send(world.mailer, letter)
        if unsent:
            return people_page(world, visitor, access, made=(invitation.email, link, unsent))
        note_mailed(world.metadata, invitation.id)
        return go_to(f"{_HERE}?said=invited")

    return await _tried(work, lambda error: people_page(world, visitor, access, ("invite", error), given=form))


@router.post("/invitations/{invitation_id}/withdraw")
async def end_invitation(
    invitation_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Withdraw an invitation."""
    await run_in_threadpool(withdraw, world.metadata, _access(request, visitor), invitation_id)
    return go_to(f"{_HERE}?said=withdrawn")


@router.post("/security", dependencies=[needs(Permission.OWN)])
async def security(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Let people in with a second factor only, or without."""
    access, on = _access(request, visitor), form.get("second_factor") == "yes"

    def work() -> Response:
        demand_second_factor(world.metadata, visitor, access, on=on)
        return go_to(f"{_HERE}?said=security")

    return await _tried(work, lambda error: people_page(world, visitor, access, ("security", error)))


@router.post("/personal-data", dependencies=[needs(Permission.OWN)])
async def personal_data(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Show personal data as it is, hide it or replace it by pseudonyms: for the team, and for guests."""
    access = _access(request, visitor)

    def work() -> Response:
        team, guests = (chosen_one(form.get(name, ""), [*Showing], "choice") for name in ("team", "guests"))
        show_personal_data(world.metadata, access.workspace.id, team, guests)
        return go_to(f"{_HERE}?said=personal")

    return await _tried(work, lambda error: people_page(world, visitor, access, ("personal", error), given=form))


@router.post("/grants")
async def grant(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Grant to a mail domain or to a group."""
    access = _access(request, visitor)

    def work() -> Response:
        to = form.get("to", "")
        kind, name = (GROUP, to) if to else (DOMAIN, form.get("domain", ""))
        with world.metadata.write() as session:
            given = grant_of(world, access, form)
            keep_grant(session, access.workspace.id, kind, name, given, visitor.person.email)
        return go_to(f"{_HERE}?said=granted")

    return await _tried(work, lambda error: people_page(world, visitor, access, ("grant", error), given=form))


@router.post("/groups")
async def group(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Make a group of addresses, or change one."""
    access = _access(request, visitor)

    def work() -> Response:
        lines = form.get("addresses", "").replace(",", "\n").splitlines()
        with world.metadata.write() as session:
            put_group(session, access.workspace.id, form.get("name", ""), lines, form.get("group", ""))
        return go_to(f"{_HERE}?said=group")

    return await _tried(work, lambda error: people_page(world, visitor, access, ("group", error), given=form))


@router.post("/groups/{group_id}/remove")
async def end_group(
    group_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Remove a group with all that was granted to it."""
    await run_in_threadpool(remove_group, world.metadata, _access(request, visitor).workspace.id, group_id)
    return go_to(f"{_HERE}?said=group")


@router.post("/grants/{grant_id}/remove")
async def end_grant(
    grant_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Take a grant back."""
    access = _access(request, visitor)

    def work() -> str:
        with world.metadata.write() as session:
            row = take_grant(session, access.workspace.id, grant_id)
            if row.person_id is not None:
                may_change(session, access, row.person_id)
            return f"{_HERE}/{row.person_id}" if row.person_id else f"{_HERE}?said=granted"

    return go_to(await run_in_threadpool(work))


@router.get("/{person_id}")
def person(person_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show one person: role and grants."""
    return person_page(world, visitor, _access(request, visitor), person_id)


@router.post("/{person_id}/role")
async def role(person_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Give somebody another role."""
    access = _access(request, visitor)

    def work() -> Response:
        wanted = chosen_one(form.get("role", ""), [*Role], "role")
        change_role(world.metadata, access, person_id, wanted)
        return go_to(f"{_HERE}/{person_id}")

    return await _tried(work, lambda error: person_page(world, visitor, access, person_id, ("role", error)))


@router.post("/{person_id}/grants")
async def grant_person(
    person_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Grant to a person."""
    access = _access(request, visitor)

    def work() -> Response:
        with world.metadata.write() as session:
            may_change(session, access, person_id)
            given = grant_of(world, access, form)
            keep_grant(session, access.workspace.id, PERSON, person_id, given, visitor.person.email)
        return go_to(f"{_HERE}/{person_id}")

    return await _tried(work, lambda error: person_page(world, visitor, access, person_id, ("grant", error)))


@router.post("/{person_id}/remove")
async def remove(person_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Take somebody out of the workspace."""
    access = _access(request, visitor)

    def work() -> Response:
        remove_member(world.metadata, access, person_id)
        return go_to(f"{_HERE}?said=removed")

    return await _tried(work, lambda error: person_page(world, visitor, access, person_id, ("role", error)))


@router.post("/{person_id}/transfer", dependencies=[needs(Permission.OWN)])
async def hand_over(
    person_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Make somebody else the owner; both sign in again."""
    await run_in_threadpool(transfer, world.metadata, visitor, _access(request, visitor), person_id)
    return go_to("/console/sign-in")


def _access(request: Request, visitor: Visitor) -> Access:
    return access_of(visitor, request.query_params.get("workspace"))


async def _tried(work: Callable[[], Response], refused: Callable[[ApiError], Response]) -> Response:
    """Do what a form asks, or show its page again with what is wrong."""
    try:
        return await run_in_threadpool(work)
    except _REFUSED as error:
        known = error if isinstance(error, ApiError) else NotFoundError(str(error))
        return await run_in_threadpool(refused, known)
