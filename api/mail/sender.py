"""Hands mail to the mail server, one mail at a time, and says in words what the server thought of it."""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from urllib.parse import urlsplit

from api.errors import (
    MailRefusedError,
    MailUncertainError,
    MailUnreachableError,
    RecipientRefusedError,
    StartError,
)
from api.mail.message import OutgoingMail, compose, is_address, parse_sender
from api.mail.server import MailServer, Security, parse_server
from api.settings import Settings

SECONDS = 30.0  # for each answer of the server
_LONGEST_ANSWER = 200


@dataclass(frozen=True)
class Refusal:
    """A recipient that the server did not take, while it took others."""

    address: str
    reason: str


@dataclass(frozen=True)
class Delivery:
    """What became of a mail: who the server takes it for. Whether it arrives there is told to nobody."""

    message_id: str
    accepted: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()


class _Plain(smtplib.SMTP):
    """A connection that remembers whether a mail's content was on its way: then its end tells nothing of the mail."""

    handing_over = False
    secrets: tuple[bytes, ...] = ()

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; a server that repeats the password in it would have it told to whoever looks after mails."""
        code, answer = super().getreply()
        for one in self.secrets:
            answer = answer.replace(one, b"(hidden)")
        return code, answer

    def data(self, msg: "bytes | str") -> tuple[int, bytes]:  # type: ignore[override]
        """Hand over the content."""
        self.handing_over = True
        return super().data(msg)


class _Encrypted(smtplib.SMTP_SSL, _Plain):
    """The same, encrypted from the beginning."""


class Mailer:
    """Sends mail by one server, from one address. Safe to use from several threads."""

    def __init__(
        self,
        server: MailServer,
        sender: Address,
        host: str | None = None,
        context: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.server = server
        self.sender = sender
        self._host = host or sender.domain  # what our Message-IDs and our greeting name
        self._context = context
        self._seconds = seconds

    def send(self, mail: OutgoingMail) -> Delivery:
        """Send a mail; raises MailUnreachableError where trying later may help, else what has to be changed.

        MailUncertainError is for a server that goes away with the mail in its hands: a second try may be a second mail.
        """
        message = compose(mail, self.sender, self._host)
        place = self.server.place
        try:
            refused = self._hand_over(message, mail.to)
        except smtplib.SMTPRecipientsRefused as error:
            raise _recipients_refused(place, error.recipients) from error
        except smtplib.SMTPAuthenticationError as error:
            text = f"{place} does not accept the user and password of BELVEDERE_SMTP_URL"
            raise _refusal(text, error) from error
        except smtplib.SMTPSenderRefused as error:
            text = f"{place} takes no mail from {self.sender.addr_spec}; see BELVEDERE_MAIL_FROM"
            raise _refusal(text, error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefusedError(
                f"{place} cannot do what is asked: {error} Look at the port and at tls= in BELVEDERE_SMTP_URL."
            ) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(f"{place} did not take the mail", error) from error
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or "no common protocol"
            raise MailUnreachableError(
                f"{place} cannot be reached over TLS: {reason}. Look at the host, the port and tls= in "
                "BELVEDERE_SMTP_URL."
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnreachableError(
                f"The mail server {place} cannot be reached: {_system_words(error)}. See whether it runs, and look at "
                "the host and port of BELVEDERE_SMTP_URL."
            ) from error
        told = tuple(Refusal(address, _words(*answer)) for address, answer in refused.items())
        accepted = tuple(one for one in mail.to if one not in refused)
        return Delivery(str(message["Message-ID"]), accepted, told)

    def _hand_over(self, message: EmailMessage, recipients: tuple[str, ...]) -> dict[str, tuple[int, bytes]]:
        server = self._connected()
        try:
            options: tuple[str, ...] = ()
            if not all(one.isascii() for one in recipients):
                server.ehlo_or_helo_if_needed()
                if not server.has_extn("smtputf8"):
                    raise smtplib.SMTPNotSupportedError("it takes addresses in ASCII only (no SMTPUTF8).")
                options = ("SMTPUTF8", "BODY=8BITMIME")
            # Not send_message: it would write ">From" where a line of the text begins with "From".
            content = message.as_bytes(policy=SMTP.clone(utf8=True) if options else SMTP)
            return self._given(server, list(recipients), content, options)
        finally:
            # Whatever goes wrong with the goodbye: a mail that was taken must not count as unsent.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _given(
        self, server: _Plain, recipients: list[str], content: bytes, options: tuple[str, ...]
    ) -> dict[str, tuple[int, bytes]]:
        try:
            return server.sendmail(self.sender.addr_spec, recipients, content, options)
        except smtplib.SMTPResponseException:
            raise  # it has answered
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            if not server.handing_over:
                raise
            raise MailUncertainError(
                f"{self.server.place} went away before it said whether it has taken the mail: {_system_words(error)}. "
                "The mail may have arrived."
            ) from error

    def _connected(self) -> _Plain:
        server = self.server
        context = self._context or ssl.create_default_context()
        if server.security is Security.TLS:
            found: _Plain = _Encrypted(server.host, server.port, self._host, timeout=self._seconds, context=context)
        else:
            found = _Plain(server.host, server.port, self._host, timeout=self._seconds)
        try:
            if server.security is Security.STARTTLS:
                found.starttls(context=context)
            if server.user is not None and server.password is not None:
                found.secrets = _spellings(server.user, server.password)
                found.login(server.user, server.password)
        except BaseException:
            found.close()
            raise
        return found


def mailer_of(settings: Settings) -> Mailer | None:
    """Return what sends mail; None if no mail server is set. Raises StartError if nobody is set that it comes from."""
    text = settings.smtp_url.get_secret_value()
    if not text:
        return None
    server = parse_server(text)
    sender = settings.mail_from or (server.user if server.user and is_address(server.user) else "")
    if not sender:
        raise StartError("BELVEDERE_MAIL_FROM is missing: the address that mail comes from.")
    return Mailer(server, parse_sender(sender), _own_host(settings.public_url))


def _spellings(user: str, password: str) -> tuple[bytes, ...]:
    """Return how a password travels, the longest first: as AUTH PLAIN and LOGIN send it, and as it is."""
    plain = password.encode()
    return tuple(one for one in (b64encode(f"\0{user}\0{password}".encode()), b64encode(plain), plain) if one)


def _own_host(public_url: str) -> str | None:
    """Return the name of this server that may stand in a Message-ID; None where it has only a number."""
    host = urlsplit(public_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host if "." in host else None
    return None


def _recipients_refused(place: str, recipients: Mapping[str, tuple[int, bytes]]) -> Exception:
    told = "; ".join(f"{address}: {_words(*answer)}" for address, answer in recipients.items())
    if all(code < 500 for code, _ in recipients.values()):
        return MailUnreachableError(f"{place} does not take mail for this address now ({told}). Try again later.")
    return RecipientRefusedError(f"{place} takes no mail for this address ({told}). Check how it is written.")


def _refusal(text: str, error: smtplib.SMTPResponseException) -> Exception:
    told = f"{text}: {_words(error.smtp_code, error.smtp_error)}"
    if 400 <= error.smtp_code < 500:
        return MailUnreachableError(f"{told} It may do so later.")
    return MailRefusedError(told)


def _words(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    tidy = re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in text)).strip()
    return f"{code} {tidy[:_LONGEST_ANSWER]}".strip().rstrip(".") + "."


def _system_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:_LONGEST_ANSWER] or type(error).__name__
