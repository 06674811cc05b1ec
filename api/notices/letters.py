"""The words of a notice: as one mail for all that is due to a person, and as JSON for a webhook."""

from collections.abc import Sequence

from api.mail.message import OutgoingMail
from api.notices.records import Notice, NoticeDelivery
from api.workspaces.records import Workspace

_LONGEST_TITLE = 150


def letter(
    product: str, address: str, workspace: Workspace, due: Sequence[tuple[Notice, NoticeDelivery]]
) -> OutgoingMail:
    """Return the one mail that tells a person of everything that is due to them in a workspace."""
    notices = [notice for notice, _ in due]
    title = notices[0].title
    if len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1]}…"
    more = f" and {len(notices) - 1} more" if len(notices) > 1 else ""
    begin = "This needs you" if len(notices) == 1 else f"{len(notices)} things need you"
    text = [f"{begin} in {workspace.name}:", ""]
    for notice in notices:
        seen = notice.first_seen_at
        text += [
            notice.title,
            f"  {notice.finding.evidence}",
            f"  Since {seen.day} {seen:%B %Y, %H:%M} UTC.",
            f"  What to do: {notice.finding.next_step}",
            f"  {address}{notice.page_path}?workspace={workspace.slug}",
            "",
        ]
    text += [
        "Notices are not repeated. Each closes by itself when it is over.",
        f"All notices: {address}/console/notices?workspace={workspace.slug}",
        "",
    ]
    (_, delivery) = due[0]
    return OutgoingMail(
        (delivery.recipient.address,), f"{product}: {title}{more}", "\n".join(text), key=f"notice-{delivery.id}"
    )


def notice_document(notice: Notice, workspace: Workspace, address: str) -> dict[str, object]:
    """Return a notice as programs get it."""
    finding = notice.finding
    return {
        "id": notice.id,
        "workspace": workspace.slug,
        "kind": finding.kind.value,
        "title": notice.title,
        "state": notice.state.value,
        "subject": {"kind": notice.subject_kind, "id": finding.subject, "name": finding.subject_name},
        "evidence": finding.evidence,
        "next_step": finding.next_step,
        "first_seen_at": notice.first_seen_at.isoformat().replace("+00:00", "Z"),
        "url": f"{address}{notice.page_path}?workspace={workspace.slug}",
    }
