"""Who is told: the e-mail addresses of the workspace's owners, and its webhook."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.notices.records import Channel, Recipient
from api.notices.repository import NoticeRepository
from api.people.models import MembershipRow, PersonRow
from api.people.permissions import Role


def recipients_of(session: Session, workspace_id: str, *, mail: bool) -> tuple[Recipient, ...]:
    """Return who is told of a workspace's notices; `mail` says whether mail can be sent at all."""
    webhook = NoticeRepository(session).webhook(workspace_id)
    by_mail = owners_of(session, workspace_id) if mail else []
    found = [Recipient(Channel.EMAIL, address) for address in by_mail]
    if webhook is not None:
        found.append(Recipient(Channel.WEBHOOK, webhook.origin))
    return tuple(found)


def owners_of(session: Session, workspace_id: str) -> list[str]:
    """Return the e-mail addresses of a workspace's owners; of a workspace that nobody is in, the first person's."""
    owners = (
        select(PersonRow.email)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.workspace_id == workspace_id, MembershipRow.role == Role.OWNER)
        .order_by(PersonRow.created_at)
    )
    first = select(PersonRow.email).order_by(PersonRow.created_at).limit(1)
    return list(session.scalars(owners)) or list(session.scalars(first))
