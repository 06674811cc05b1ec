"""The people of a workspace: who is there, their roles, and letting them go. At least one owner stays."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.errors import ConflictError, NotAllowedError, NotFoundError
from api.people.access import has_second_factor
from api.people.granting import grants_of
from api.people.models import AccessGrantRow, MembershipRow, PersonRow, PersonSessionRow, WorkspaceSecurityRow
from api.people.permissions import GIVES, Role
from api.people.records import Access, Member, Visitor
from api.people.sessions import as_person, end_sessions
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import ApiKeyRow


def members_of(session: Session, workspace_id: str) -> list[Member]:
    """Return the people of a workspace, the longest there first."""
    grants = grants_of(session, workspace_id)
    query = (
        select(MembershipRow, PersonRow)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.workspace_id == workspace_id)
        .order_by(MembershipRow.created_at, PersonRow.email)
    )
    seen = select(PersonSessionRow.person_id, func.max(PersonSessionRow.seen_at)).group_by(PersonSessionRow.person_id)
    last: dict[str, datetime] = {}
    for person_id, moment in session.execute(seen):
        last[person_id] = moment
    return [
        Member(
            as_person(person),
            Role(row.role),
            row.created_at,
            last.get(person.id),
            has_second_factor(session, person.id),
            tuple(one for one in grants if one.kind == "person" and one.name == person.id),
        )
        for row, person in session.execute(query)
    ]


def settle_owner(metadata: MetadataDatabase, visitor: Visitor, access: Access) -> None:
    """Write down that somebody owns a workspace that a command has made for him."""
    if access.role is not Role.OWNER:
        return
    with metadata.write() as session:
        if _row(session, access.workspace.id, visitor.person.id) is None:
            session.add(
                MembershipRow(person_id=visitor.person.id, workspace_id=access.workspace.id, role=Role.OWNER.value)
            )


def change_role(metadata: MetadataDatabase, by: Access, person_id: str, role: Role) -> None:
    """Give somebody another role; he signs in again, so that no older session keeps what he could do."""
    with metadata.write() as session:
        row = _changeable(session, by, person_id)
        _check_gives(by, role)
        if row.role == role:
            return
        _check_owner_stays(session, by, row)
        row.role = role.value
        end_sessions(session, person_id)


def remove_member(metadata: MetadataDatabase, by: Access, person_id: str) -> None:
    """Take somebody out of a workspace with all that was granted to him, now."""
    with metadata.write() as session:
        row = _changeable(session, by, person_id)
        _check_owner_stays(session, by, row)
        session.delete(row)
        own = delete(AccessGrantRow).where(AccessGrantRow.workspace_id == by.workspace.id)
        session.execute(own.where(AccessGrantRow.person_id == person_id))
        end_sessions(session, person_id)


def transfer(metadata: MetadataDatabase, visitor: Visitor, by: Access, person_id: str) -> None:
    """Make somebody else the owner, and oneself a manager, in one step."""
    if by.role is not Role.OWNER or person_id == visitor.person.id:
        raise NotAllowedError("Only an owner can hand a workspace over, and only to somebody else.")
    with metadata.write() as session:
        other, own = _row(session, by.workspace.id, person_id), _row(session, by.workspace.id, visitor.person.id)
        if other is None or own is None:
            raise NotFoundError("There is no such person in this workspace.")
        other.role, own.role = Role.OWNER.value, Role.MANAGER.value
        end_sessions(session, person_id)
        end_sessions(session, visitor.person.id)


def demands_second_factor(session: Session, workspace_id: str) -> bool:
    """Tell whether a workspace lets people in with a second factor only."""
    row = session.get(WorkspaceSecurityRow, workspace_id)
    return row is not None and row.second_factor


def demand_second_factor(metadata: MetadataDatabase, visitor: Visitor, by: Access, *, on: bool) -> None:
    """Let people into a workspace with a second factor only, or without again."""
    with metadata.write() as session:
        if on and not has_second_factor(session, visitor.person.id):
            raise ConflictError("Set up your own second factor first, on the page of your account.")
        row = session.get(WorkspaceSecurityRow, by.workspace.id)
        if row is None:
            session.add(WorkspaceSecurityRow(workspace_id=by.workspace.id, second_factor=on))
        else:
            row.second_factor = on


def may_change(session: Session, by: Access, person_id: str) -> None:
    """Raise unless somebody may change what a person of the workspace is and sees."""
    _changeable(session, by, person_id)


def may_revoke_key(session: Session, by: Access, key_id: str) -> bool:
    """Tell whether somebody may revoke a key: those of owners, and of commands, are the owners' alone."""
    if by.role is Role.OWNER:
        return True
    made_by = session.scalar(select(ApiKeyRow.made_by).where(ApiKeyRow.id == key_id))
    row = None if made_by is None else _row(session, by.workspace.id, made_by)
    return row is not None and Role(row.role) in GIVES[by.role]


def _row(session: Session, workspace_id: str, person_id: str) -> MembershipRow | None:
    query = select(MembershipRow).where(MembershipRow.workspace_id == workspace_id)
    return session.scalar(query.where(MembershipRow.person_id == person_id))


def _changeable(session: Session, by: Access, person_id: str) -> MembershipRow:
    row = _row(session, by.workspace.id, person_id)
    if row is None:
        raise NotFoundError("There is no such person in this workspace.")
    _check_gives(by, Role(row.role))
    return row


def _check_gives(by: Access, role: Role) -> None:
    if role not in GIVES[by.role]:
        raise NotAllowedError(f"The role {by.role.label} cannot give, change or take the role {role.label}.")


def _check_owner_stays(session: Session, by: Access, row: MembershipRow) -> None:
    if row.role != Role.OWNER:
        return
    # The lock lets two owners who leave at the same time see each other; SQLite writes one at a time anyway.
    owners = select(MembershipRow.id).where(
        MembershipRow.workspace_id == by.workspace.id, MembershipRow.role == Role.OWNER
    )
    if len(session.scalars(owners.with_for_update()).all()) < 2:
        raise ConflictError("This is the only owner. Make somebody else an owner first.")
