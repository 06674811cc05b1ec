"""What a mail holds, and how it is put together: text always, HTML beside it, its images inside, files attached."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import localtime, make_msgid

from api.errors import MalformedRequestError

_ADDRESS = re.compile(r"[^@\s\x00-\x20,;:<>\"()\[\]\\]{1,64}@[^@\s\x00-\x20,;:<>\"()\[\]\\]{1,189}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}@?[A-Za-z0-9._-]{0,64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,100}")
_LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class InlineImage:
    """An image that the HTML shows by `<img src="cid:CONTENT_ID">`."""

    content_id: str
    content: bytes
    media_type: str = "image/png"


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a mail."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class OutgoingMail:
    """A mail to be sent. All of `to` see each other: to people who should not, send one mail each.

    `unsubscribe` is the HTTPS address that ends such mails by one POST; `key` makes the same Message-ID each time, so
    that a mail sent again is known as the same; `sender_name` is shown instead of the installation's own.
    """

    to: tuple[str, ...]
    subject: str
    text: str
    html: str | None = None
    images: tuple[InlineImage, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str | None = None
    sender_name: str | None = None
    reply_to: str | None = None
    key: str | None = None


def compose(mail: OutgoingMail, sender: Address, host: str) -> EmailMessage:
    """Return the mail as it goes over the wire; raises MalformedRequestError where it cannot be sent as it is."""
    _check(mail)
    message = EmailMessage(policy=SMTP)
    name = sender.display_name if mail.sender_name is None else _plain("sender", mail.sender_name)
    message["From"] = Address(name, sender.username, sender.domain)
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = localtime()
    message["Message-ID"] = f"<{mail.key}@{host}>" if mail.key else make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"  # out-of-office programs do not answer
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        _add_html(message, mail.html, mail.images)
    for one in mail.attachments:
        kind, _, subtype = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    return message


def parse_sender(text: str) -> Address:
    """Return who mail comes from, written `reports@example.org` or `Reports <reports@example.org>`.

    Raises ValueError if it is neither.
    """
    name, bracket, rest = text.strip().partition("<")
    address = rest.removesuffix(">") if bracket else name
    name = name.strip().strip('"') if bracket else ""
    # The address is in the envelope, which servers without SMTPUTF8 take in ASCII only.
    if not is_address(address.strip()) or not address.isascii() or not _is_plain(name):
        raise ValueError("write an address such as reports@example.org, or Reports <reports@example.org>")
    return Address(name, addr_spec=address.strip())


def is_address(text: str) -> bool:
    """Tell whether a text is one e-mail address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def _add_html(message: EmailMessage, html: str, images: Iterable[InlineImage]) -> None:
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    body = message.get_body(("html",))
    assert isinstance(body, MIMEPart)
    for one in images:
        kind, _, subtype = one.media_type.partition("/")
        body.add_related(one.content, maintype=kind, subtype=subtype, cid=f"<{one.content_id}>", disposition="inline")


def _check(mail: OutgoingMail) -> None:
    if not mail.to:
        raise MalformedRequestError("A mail needs somebody that it goes to.")
    for address in (*mail.to, *([mail.reply_to] if mail.reply_to else [])):
        if not is_address(address):
            raise MalformedRequestError(f"{address[:80]!r} is no e-mail address. Write it like name@example.com.")
    _plain("subject", mail.subject)
    if not mail.subject.strip() or len(mail.subject) > _LONGEST_SUBJECT:
        raise MalformedRequestError(f"A mail's subject has from 1 to {_LONGEST_SUBJECT} letters.")
    if mail.unsubscribe and (not mail.unsubscribe.startswith("https://") or re.search(r"[\s<>]", mail.unsubscribe)):
        raise MalformedRequestError("The address to unsubscribe at must be one https:// address.")
    if mail.key is not None and not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", mail.key):
        raise MalformedRequestError("A mail's key has letters, digits, dots, hyphens and underscores only.")
    if mail.images and mail.html is None:
        raise MalformedRequestError("Images are shown by HTML, and this mail has none. Attach them instead.")
    _check_parts(mail)


def _check_parts(mail: OutgoingMail) -> None:
    for image in mail.images:
        if not _CONTENT_ID.fullmatch(image.content_id):
            raise MalformedRequestError(f"{image.content_id[:80]!r} cannot be the content id of an image.")
    for attachment in mail.attachments:
        if not _plain("file name", attachment.name).strip() or re.search(r"[/\\]", attachment.name):
            raise MalformedRequestError(f"{attachment.name[:80]!r} cannot be the name of an attached file.")
    for media_type in [one.media_type for one in mail.images] + [one.media_type for one in mail.attachments]:
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise MalformedRequestError(f"{media_type[:80]!r} is no media type, such as image/png.")


def _plain(what: str, text: str) -> str:
    """Refuse line ends and other control characters: they would begin a header of somebody else's choice."""
    if not _is_plain(text):
        raise MalformedRequestError(f"The {what} of a mail must be one line without control characters.")
    return text


def _is_plain(text: str) -> bool:
    return all(letter.isprintable() for letter in text)
