"""The mails about getting in: an invitation, and the link for a new password."""

from api.errors import ApiError
from api.mail.message import OutgoingMail
from api.mail.sender import Mailer
from api.people.records import Invitation
from api.telemetry import log


def invitation_letter(product: str, workspace: str, link: str, invitation: Invitation) -> OutgoingMail:
    """Return the mail that carries an invitation's link."""
    until = invitation.expires_at
    text = [
        f"{invitation.invited_by} invites you to {workspace} on {product}, as {invitation.role.label}.",
        "",
        "Open this link to join:",
        link,
        "",
        f"It works once, until {until.day} {until:%B %Y}. If you do not know who this is, ignore this mail.",
        "",
    ]
    subject = f"{product}: join {workspace}"
    return OutgoingMail((invitation.email,), subject, "\n".join(text), key=f"invitation-{invitation.id}")


def reset_letter(product: str, link: str, email: str) -> OutgoingMail:
    """Return the mail that carries the link for a new password."""
    text = [
        f"Somebody, probably you, has asked for a new password for {email} on {product}.",
        "",
        "Open this link to set it:",
        link,
        "",
        "It works once, for an hour. If it was not you, ignore this mail: nothing changes.",
        "",
    ]
    return OutgoingMail((email,), f"{product}: a new password", "\n".join(text))


def send(mailer: Mailer | None, letter: OutgoingMail) -> str:
    """Send a mail and return why it did not go, or nothing if it did."""
    if mailer is None:
        return "No mail server is set."
    try:
        delivery = mailer.send(letter)
    except ApiError as error:
        log().warning("mail about getting in not sent", problem=type(error).__name__)
        return str(error)
    return "; ".join(f"{one.address}: {one.reason}" for one in delivery.refused)
