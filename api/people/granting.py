"""Grants and groups: what somebody may see, given and taken, checked against the workspace."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import ConflictError, MalformedRequestError, NotFoundError
from api.people.models import AccessGrantRow, AddressGroupMemberRow, AddressGroupRow, MembershipRow
from api.people.permissions import Role
from api.people.records import AddressGroup, Grant, KeptGrant
from api.people.service import checked_email
from api.templates.library import Library
from api.workspaces.database import MetadataDatabase
from api.workspaces.repository import Repository

PERSON, DOMAIN, GROUP = "person", "domain", "group"
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_MOST_ADDRESSES = 500
# Everybody can have an address there: a grant to one of these would be a grant to the world.
_ANYBODYS = frozenset(
    {
        *("aol.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com"),
        *("live.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com"),
        *("qq.com", "web.de", "yahoo.com", "yandex.com", "yandex.ru", "zoho.com", "163.com"),
    }
)


def grants_of(session: Session, workspace_id: str) -> list[KeptGrant]:
    """Return every grant of a workspace, the oldest first."""
    query = select(AccessGrantRow).where(AccessGrantRow.workspace_id == workspace_id)
    return [
        KeptGrant(
            row.id,
            row.kind,
            row.person_id or row.address_group_id or row.domain or "",
            Grant(row.every_client, tuple(row.clients), row.template_id),
            row.created_by,
            row.created_at,
        )
        for row in session.scalars(query.order_by(AccessGrantRow.created_at))
    ]


def check_grant(session: Session, workspace_id: str, grant: Grant) -> Grant:
    """Return a grant as it is kept; raise unless its client accounts and its report are there."""
    known = {one.id for one in Repository(session).client_accounts(workspace_id)}
    if missing := [one for one in grant.clients if one not in known]:
        raise NotFoundError(f"There is no client account '{missing[0][:40]}'. Load the page again.")
    if not grant.every_client and not grant.clients:
        raise MalformedRequestError("Choose the client accounts, or all of them.")
    if grant.template_id is not None:
        Library(session, workspace_id).template(grant.template_id)
    return Grant(grant.every_client, () if grant.every_client else grant.clients, grant.template_id)


def keep_grant(session: Session, workspace_id: str, kind: str, name: str, grant: Grant, who: str) -> str:
    """Give somebody a grant and return its id: a person of the workspace, a mail domain, or a group."""
    checked = check_grant(session, workspace_id, grant)
    row = AccessGrantRow(
        workspace_id=workspace_id,
        kind=kind,
        every_client=checked.every_client,
        clients=[*checked.clients],
        template_id=checked.template_id,
        created_by=who[:300],
    )
    if kind == PERSON:
        row.person_id = _person(session, workspace_id, name, checked)
    elif kind == DOMAIN:
        row.domain = checked_domain(name)
    elif kind == GROUP:
        row.address_group_id = _group(session, workspace_id, name).id
    else:
        raise MalformedRequestError("Grant to a person, a mail domain or a group.")
    session.add(row)
    session.flush()
    return row.id


def take_grant(session: Session, workspace_id: str, grant_id: str) -> AccessGrantRow:
    """Take a grant back: it ends with the next request."""
    row = session.get(AccessGrantRow, grant_id)
    if row is None or row.workspace_id != workspace_id:
        raise NotFoundError("There is no such grant any more.")
    session.delete(row)
    return row


def checked_domain(text: str) -> str:
    """Return a mail domain as it is kept; one where anybody can have an address is refused."""
    known = text.strip().lower().removeprefix("@")
    if len(known) > 190 or not _DOMAIN.fullmatch(known):
        raise MalformedRequestError(f"'{text.strip()[:80]}' is no mail domain. Write it like example.com.")
    if known in _ANYBODYS:
        raise MalformedRequestError(
            f"Anybody can have an address at {known}, so everybody would see this. Make a group of addresses instead."
        )
    return known


def groups_of(session: Session, workspace_id: str) -> list[AddressGroup]:
    """Return the groups of a workspace with their addresses, by name."""
    addresses: dict[str, list[str]] = {}
    for row in session.scalars(select(AddressGroupMemberRow).order_by(AddressGroupMemberRow.address)):
        addresses.setdefault(row.address_group_id, []).append(row.address)
    query = select(AddressGroupRow).where(AddressGroupRow.workspace_id == workspace_id).order_by(AddressGroupRow.name)
    return [AddressGroup(row.id, row.name, tuple(addresses.get(row.id, ()))) for row in session.scalars(query)]


def put_group(session: Session, workspace_id: str, name: str, addresses: Sequence[str], group_id: str = "") -> str:
    """Make a group, or give one that is there another name and other addresses; return its id."""
    wanted = name.strip()[:200]
    if not wanted:
        raise MalformedRequestError("Give the group a name.")
    known = list(dict.fromkeys(checked_email(one) for one in addresses if one.strip()))
    if not known or len(known) > _MOST_ADDRESSES:
        raise MalformedRequestError(f"A group has 1 to {_MOST_ADDRESSES} e-mail addresses, one a line.")
    taken = select(AddressGroupRow.id).where(
        AddressGroupRow.workspace_id == workspace_id, AddressGroupRow.name == wanted, AddressGroupRow.id != group_id
    )
    if session.scalar(taken) is not None:
        raise ConflictError(f"There is a group '{wanted}' already.")
    row = _group(session, workspace_id, group_id) if group_id else AddressGroupRow(workspace_id=workspace_id, name="")
    row.name = wanted
    session.add(row)
    session.flush()
    session.execute(delete(AddressGroupMemberRow).where(AddressGroupMemberRow.address_group_id == row.id))
    session.add_all(AddressGroupMemberRow(address_group_id=row.id, address=one) for one in known)
    return row.id


def remove_group(metadata: MetadataDatabase, workspace_id: str, group_id: str) -> None:
    """Remove a group with all that was granted to it."""
    with metadata.write() as session:
        session.delete(_group(session, workspace_id, group_id))


def _group(session: Session, workspace_id: str, group_id: str) -> AddressGroupRow:
    row = session.get(AddressGroupRow, group_id)
    if row is None or row.workspace_id != workspace_id:
        raise NotFoundError("There is no such group any more.")
    return row


def _person(session: Session, workspace_id: str, person_id: str, grant: Grant) -> str:
    query = select(MembershipRow).where(MembershipRow.workspace_id == workspace_id)
    row = session.scalar(query.where(MembershipRow.person_id == person_id))
    if row is None:
        raise NotFoundError("There is no such person in this workspace.")
    check_fits(Role(row.role), grant)
    return row.person_id


def check_fits(role: Role, grant: Grant) -> None:
    """Raise unless a role can be held to what is granted."""
    if role.sees_all:
        raise MalformedRequestError(f"The role {role.label} sees the whole workspace: there is nothing to grant.")
    if grant.template_id is not None and role is not Role.CLIENT_VIEWER:
        raise MalformedRequestError(
            "Single reports are for client viewers. An analyst asks any question: grant client accounts instead."
        )
