"""What a person may see and is in each workspace: memberships and grants, put together in one place."""

from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from api.people.models import (
    AccessGrantRow,
    AddressGroupMemberRow,
    MembershipRow,
    PersonRow,
    SecondFactorRow,
    WorkspaceSecurityRow,
)
from api.people.permissions import Role
from api.people.records import Access, Reach
from api.workspaces.models import WorkspaceRow
from api.workspaces.repository import Repository


def accesses_of(session: Session, person: PersonRow) -> tuple[Access, ...]:
    """Return what a person is and sees in each workspace that he is in."""
    roles = roles_of(session, person)
    found: dict[str, list[AccessGrantRow]] = {}
    for row in _grants_of(session, person):
        # A grant to a person is part of his membership; one to his domain or group makes him a reader by itself.
        if row.kind != "person" or row.workspace_id in roles:
            found.setdefault(row.workspace_id, []).append(row)
    for workspace_id in found:
        roles.setdefault(workspace_id, Role.CLIENT_VIEWER)
    has_factor = has_second_factor(session, person.id)
    strict = set(
        session.scalars(select(WorkspaceSecurityRow.workspace_id).where(WorkspaceSecurityRow.second_factor.is_(True)))
    )
    return tuple(
        Access(one, roles[one.id], _reach(roles[one.id], found.get(one.id, ())), one.id in strict and not has_factor)
        for one in Repository(session).workspaces()
        if one.id in roles
    )


def roles_of(session: Session, person: PersonRow) -> dict[str, Role]:
    """Return a person's roles by workspace; workspaces that nobody owns, made by a command, are the first owner's."""
    query = select(MembershipRow.workspace_id, MembershipRow.role).where(MembershipRow.person_id == person.id)
    roles = {workspace_id: Role(role) for workspace_id, role in session.execute(query)}
    if Role.OWNER in roles.values() and person.id == _first_owner(session):
        owned = select(MembershipRow.workspace_id).where(MembershipRow.role == Role.OWNER)
        for workspace_id in session.scalars(select(WorkspaceRow.id).where(WorkspaceRow.id.not_in(owned))):
            roles[workspace_id] = Role.OWNER
    return roles


def has_second_factor(session: Session, person_id: str) -> bool:
    """Tell whether a person has a second factor that works."""
    query = select(SecondFactorRow.confirmed_at).where(SecondFactorRow.person_id == person_id)
    return session.scalar(query) is not None


def domain_of(email: str) -> str:
    """Return the part of an address behind the at sign."""
    return email.rpartition("@")[2].lower()


def may_join(session: Session, email: str) -> bool:
    """Tell whether a verified address has been granted something by its domain or by a group."""
    to_his_group = AccessGrantRow.address_group_id.in_(_groups_with(email))
    granted = select(AccessGrantRow.id).where(or_(AccessGrantRow.domain == domain_of(email), to_his_group))
    return session.scalar(granted.limit(1)) is not None


def _first_owner(session: Session) -> str | None:
    owners = select(PersonRow.id).join(MembershipRow, MembershipRow.person_id == PersonRow.id)
    return session.scalar(owners.where(MembershipRow.role == Role.OWNER).order_by(PersonRow.created_at).limit(1))


def _grants_of(session: Session, person: PersonRow) -> Iterable[AccessGrantRow]:
    wanted = [AccessGrantRow.person_id == person.id]
    # Who has only typed an address, or was let in by a link that somebody else saw, is not known to be its owner.
    if person.verified_at is not None:
        wanted.append(AccessGrantRow.domain == domain_of(person.email))
        wanted.append(AccessGrantRow.address_group_id.in_(_groups_with(person.email)))
    return session.scalars(select(AccessGrantRow).where(or_(*wanted)))


def _groups_with(email: str) -> Select[str]:
    return select(AddressGroupMemberRow.address_group_id).where(AddressGroupMemberRow.address == email)


def _reach(role: Role, rows: Iterable[AccessGrantRow]) -> Reach:
    if role.sees_all:
        return Reach(every_client=True)
    every_client, clients = False, set[str]()
    reports: dict[str, frozenset[str] | None] = {}
    for row in rows:
        if row.template_id is None:
            every_client = every_client or row.every_client
            clients.update(row.clients)
        elif row.every_client or reports.get(row.template_id, frozenset()) is None:
            reports[row.template_id] = None
        else:
            reports[row.template_id] = (reports.get(row.template_id) or frozenset()) | frozenset(row.clients)
    return Reach(every_client, frozenset(clients), reports)
