"""A mail server and a receiver of webhooks, both real: they listen on loopback and keep what arrives."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.connectors.fake_vendor import Asked, FakeVendor, Told

USER, PASSWORD = "mailer@example.org", "s3cret/with:signs@#"


@dataclass
class Mailbox:
    """What the mail server took, and what it refuses: an answer for a sender or a recipient."""

    port: int = 0
    took: list[tuple[str, tuple[str, ...], EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    @property
    def mails(self) -> list[EmailMessage]:
        """Return the mails in the order of their arrival."""
        return [mail for _, _, mail in self.took]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or refuse it."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or refuse it."""
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.took.append((str(envelope.mail_from), tuple(envelope.rcpt_tos), mail))
        return "250 OK"


class _Controller(Controller):
    """Listens on a socket that is bound already, so that no other test can take its port."""

    def __init__(self, box: Mailbox, listener: socket.socket, **more: Any) -> None:
        super().__init__(box, hostname="127.0.0.1", port=listener.getsockname()[1], **more)
        self._listener = listener

    def _create_server(self):  # type: ignore[no-untyped-def]
        return self.loop.create_server(self._factory_invoker, sock=self._listener, ssl=self.ssl_context)


@contextmanager
def mail_server(box: Mailbox | None = None, *, starttls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Run a mail server; with a TLS context it demands STARTTLS and the user and password above."""
    found = box or Mailbox()
    secured: dict[str, object] = {}
    if starttls is not None:
        secured = {
            "tls_context": starttls,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _known,
        }
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", found.port))
        found.port = listener.getsockname()[1]
        controller = _Controller(found, listener, **secured)
        controller.start()
        try:
            yield found
        finally:
            controller.stop()


def _known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=(given.login.decode(), given.password.decode()) == (USER, PASSWORD), handled=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that no authority has signed: `server` shows it, `client` believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def make_certificate(folder: Path) -> Certificate:
    """Make a certificate and the contexts of both sides."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Certificate(server, ssl.create_default_context(cafile=str(path)))


class Receiver(FakeVendor):
    """A receiver of webhooks; `status` is what it answers."""

    vendor = "receiver"
    spared = ("/hook",)
    status = 200

    def answer(self, asked: Asked) -> Told:
        """Take a message; a redirect leads nowhere that anybody should follow."""
        return Told(self.status, {"taken": asked.path}, {"Location": f"{self.address}/elsewhere"})
