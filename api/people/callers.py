"""From a signed-in person to a caller: the one place where a person's scope is made."""

from fastapi import Request

from api.errors import NotAllowedError, NotFoundError, SecondFactorNeededError
from api.people.records import Access, Visitor
from api.people.roles import Role, may, needed_by
from api.people.scope import scope_of
from api.shares.records import Share
from api.workspaces.records import Caller
from api.world import World

READS_ONLY = "This key only reads. Linking accounts needs one that administers: belvedere key create --admin."


def access_of(visitor: Visitor, slug: str | None = None) -> Access:
    """Return what a person is in a workspace of theirs, by default the one that the session works in."""
    for one in visitor.workspaces:
        access = visitor.access_to(one.id)
        if slug in (None, one.slug) and access is not None:
            if access.needs_factor:
                raise SecondFactorNeededError(
                    f"{one.name} lets people in with a second factor only. Set yours up on the page of your account."
                )
            return access
    if slug is None:
        raise NotFoundError("You are in no workspace any more. Ask its owner to invite you again.")
    raise NotFoundError(f"There is no workspace '{slug[:80]}' for you.")


def check_role(request: Request, role: Role | None) -> None:
    """Raise NotAllowedError unless a person's role holds what the route needs."""
    if not may(role, needed_by(request)):
        raise NotAllowedError(
            f"Your role in this workspace, {role.label if role else 'none'}, does not let you do this. "
            "Ask an owner or a manager."
        )


def check_key(request: Request, caller: Caller) -> None:
    """Raise NotAllowedError unless a key goes as far as the route needs."""
    if not caller.holds(needed_by(request)):
        raise NotAllowedError(READS_ONLY)


def caller_of(world: World, visitor: Visitor, slug: str | None = None) -> Caller:
    """Return what a person may read and do in a workspace of theirs."""
    access, person = access_of(visitor, slug), visitor.person
    with world.metadata.read() as session:
        clients, granted = scope_of(session, access)
    return Caller(
        person.id,
        person.email,
        access.workspace,
        clients,
        narrowed=not access.reach.every_client,
        admin=access.role.sees_all,
        role=access.role,
        granted=granted,
    )


def sees_all_of(world: World, access: Access, share: Share) -> bool:
    """Tell whether a person may see, for himself, every client account of a link in its report."""
    if access.reach.every_client:
        return True
    with world.metadata.read() as session:
        clients, granted = scope_of(session, access)
    seen = {one.id for one in clients}
    if granted is not None:
        seen = set(granted.whole | granted.reports.get(share.template_id, frozenset()))
    return share.clients is not None and set(share.clients) <= seen
