"""Mail against a real mail server: what arrives, what is refused, and in which words."""

import socket
from base64 import b64encode
from collections.abc import Iterator
from email.headerregistry import Address
from pathlib import Path
from traceback import format_exception

import pytest
from pydantic import ValidationError

from api.errors import MailRefusedError, MailUnreachableError, MalformedRequestError, RecipientRefusedError
from api.mail.message import Attachment, InlineImage, OutgoingMail, parse_sender
from api.mail.sender import Mailer, mailer_of
from api.mail.server import MailServer, Security, parse_server
from api.settings import Settings
from tests.api.mailbox import PASSWORD, USER, Certificate, Mailbox, mail_server, make_certificate
from tests.api.test_cli import home, run

__all__ = ["home"]

SENDER = Address("Reports", "reports", "example.org")
PLAIN = OutgoingMail(("ana@example.com",), "Report", "See below.\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def open_box() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def box(open_box: Mailbox) -> Mailbox:
    open_box.took.clear()
    open_box.refuses.clear()
    return open_box


def _to(box: Mailbox, security: Security = Security.NONE, user: str | None = None, password: str = PASSWORD) -> Mailer:
    server = MailServer("127.0.0.1", box.port, security, user, password if user else None)
    return Mailer(server, SENDER, "data.example.org", seconds=5)


def test_a_whole_mail_travels_encrypted_and_signed_in(certificate: Certificate) -> None:
    mail = OutgoingMail(
        ("ana@example.com", "jo@example.com"),
        "Αναφορά: 12 % more — März",
        "Tickets: 1.204\n.\nFrom here on.\n" + "long " * 400 + "\n",
        html='<p>Tickets: <b>1.204</b></p><img src="cid:chart-1" alt="Tickets by day">',
        images=(InlineImage("chart-1", b"\x89PNG chart"),),
        attachments=(Attachment("Αναφορά.pdf", b"%PDF-1.7", "application/pdf"),),
        unsubscribe="https://data.example.org/stop?x=1",
        sender_name="Tideline, Ltd",
        key="report-17",
    )
    with mail_server(starttls=certificate.server) as box:
        mailer = Mailer(
            MailServer("127.0.0.1", box.port, Security.STARTTLS, USER, PASSWORD),
            SENDER,
            "data.example.org",
            context=certificate.client,
        )
        done = mailer.send(mail)
        strict = Mailer(mailer.server, SENDER, seconds=5)  # which does not believe the certificate
        with pytest.raises(MailUnreachableError, match="over TLS: self-signed certificate"):
            strict.send(PLAIN)
        wrong = MailServer("127.0.0.1", box.port, Security.STARTTLS, USER, "wrong")
        with pytest.raises(MailRefusedError, match="does not accept the user and password of BELVEDERE_SMTP_URL: 535"):
            Mailer(wrong, SENDER, context=certificate.client).send(PLAIN)
        # A server that repeats what it was told: its answers are shown, logged and kept, without the password.
        sent = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        box.refuses = {"ana@example.com": f"550 no {PASSWORD} by {sent}"}
        with pytest.raises(RecipientRefusedError, match=r"550 no \(hidden\) by \(hidden\)") as caught:
            mailer.send(PLAIN)
        assert PASSWORD not in "".join(format_exception(caught.value))

    ((envelope_from, envelope_to, got),) = box.took
    assert (envelope_from, envelope_to) == ("reports@example.org", mail.to)
    assert (done.message_id, done.accepted, done.refused) == ("<report-17@data.example.org>", mail.to, ())
    assert got["Message-ID"] == done.message_id
    assert got["Subject"] == mail.subject
    assert str(got["From"]) == '"Tideline, Ltd" <reports@example.org>'
    assert (got["List-Unsubscribe"], got["List-Unsubscribe-Post"]) == (
        "<https://data.example.org/stop?x=1>",
        "List-Unsubscribe=One-Click",
    )
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == mail.text
    assert "cid:chart-1" in html.get_content()
    image = next(part for part in got.walk() if part.get_content_type() == "image/png")
    assert (image["Content-ID"], image.get_content()) == ("<chart-1>", b"\x89PNG chart")
    (attached,) = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Αναφορά.pdf", b"%PDF-1.7")


def test_each_refusal_says_what_to_do(box: Mailbox) -> None:
    box.refuses = {"gone@example.com": "550 no such person", "later@example.com": "451 try later"}
    mailer = _to(box)
    done = mailer.send(OutgoingMail(("ana@example.com", "gone@example.com"), "Report", "Text"))
    assert done.accepted == ("ana@example.com",)
    assert [(one.address, one.reason) for one in done.refused] == [("gone@example.com", "550 no such person.")]
    assert done.message_id.endswith("@data.example.org>")
    with pytest.raises(RecipientRefusedError, match=r"gone@example\.com: 550 no such person"):
        mailer.send(OutgoingMail(("gone@example.com",), "Report", "Text"))
    with pytest.raises(MailUnreachableError, match="451 try later"):
        mailer.send(OutgoingMail(("later@example.com",), "Report", "Text"))
    mailer.send(OutgoingMail(("jörg@example.com",), "Report", "Text"))  # by SMTPUTF8
    assert [mail["To"] for mail in box.mails] == ["ana@example.com, gone@example.com", "jörg@example.com"]
    box.refuses = {"reports@example.org": "553 not yours"}
    with pytest.raises(MailRefusedError, match=r"no mail from reports@example\.org; see BELVEDERE_MAIL_FROM: 553"):
        mailer.send(PLAIN)
    with pytest.raises(MailRefusedError, match=r"STARTTLS extension not supported.*tls="):
        _to(box, Security.STARTTLS).send(PLAIN)
    with pytest.raises(MailUnreachableError, match="cannot be reached over TLS"):
        _to(box, Security.TLS).send(PLAIN)
    assert len(box.took) == 2


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        port = taken.getsockname()[1]
        with pytest.raises(MailUnreachableError, match=f"The mail server 127.0.0.1:{port} cannot be reached"):
            _to(Mailbox(port)).send(PLAIN)


_INJECTED = "x\r\nBcc: thief@example.net"


@pytest.mark.parametrize(
    "mail",
    [
        OutgoingMail(("ana@example.com",), _INJECTED, "Text"),
        OutgoingMail(("ana@example.com",), "a\u2028b", "Text"),
        OutgoingMail((f"ana@example.com{_INJECTED}",), "Report", "Text"),
        OutgoingMail(("ana@example.com, thief@example.net",), "Report", "Text"),
        OutgoingMail(("<ana@example.com>",), "Report", "Text"),
        OutgoingMail((), "Report", "Text"),
        OutgoingMail(("ana@example.com",), "Report", "Text", sender_name=_INJECTED),
        OutgoingMail(("ana@example.com",), "Report", "Text", reply_to=_INJECTED),
        OutgoingMail(("ana@example.com",), "Report", "Text", key=_INJECTED),
        OutgoingMail(("ana@example.com",), "Report", "Text", unsubscribe=f"https://example.org/{_INJECTED}"),
        OutgoingMail(("ana@example.com",), "Report", "Text", unsubscribe="mailto:a@example.org"),
        OutgoingMail(("ana@example.com",), "Report", "Text", images=(InlineImage("a", b""),)),
        OutgoingMail(("ana@example.com",), "Report", "Text", "<p>", images=(InlineImage(_INJECTED, b""),)),
        OutgoingMail(("ana@example.com",), "Report", "Text", attachments=(Attachment(_INJECTED, b"", "text/csv"),)),
        OutgoingMail(("ana@example.com",), "Report", "Text", attachments=(Attachment("a.csv", b"", _INJECTED),)),
        OutgoingMail(("ana@example.com",), "Report", "Text", attachments=(Attachment("../a", b"", "text/csv"),)),
    ],
    ids=lambda mail: next((str(one)[:20] for one in (mail.subject, mail.to) if "Bcc" in str(one)), "other"),
)
def test_no_header_of_somebody_elses_choice(box: Mailbox, mail: OutgoingMail) -> None:
    with pytest.raises(MalformedRequestError):
        _to(box).send(mail)
    assert box.took == []


_ODD = "p/:@"


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, Security.STARTTLS)),
        ("smtps://a%40b.c:p%2F%3A%40@mail.example", MailServer("mail.example", 465, Security.TLS, "a@b.c", _ODD)),
        ("smtp://127.0.0.1:25?tls=none", MailServer("127.0.0.1", 25, Security.NONE)),
    ],
)  # fmt: skip
def test_a_servers_address_is_read(text: str, server: MailServer) -> None:
    assert parse_server(text) == server
    assert _ODD not in repr(server)


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.org:587",
        "http://u:hunter2@mail.example.org",
        "smtp://u:hunter2/x@mail.example.org",
        "smtp://u:hunter2#x@mail.example.org",
        "smtp://u:hunter2?x@mail.example.org",
        "smtp://u@mail.example.org",
        "smtp://u:hunter2@mail.example.org?tls=none",
        "smtp://u:hunter2@mail.example.org?tls=maybe",
        "smtps://u:hunter2@mail.example.org?tls=starttls",
        "smtp://u:hunter2@mail.example.org?verify=no",
    ],
)
def test_a_wrong_address_is_told_without_its_password(text: str) -> None:
    with pytest.raises(ValidationError) as told:
        Settings.model_validate({"smtp_url": text})
    assert "hunter2" not in str(told.value)


def test_who_mail_comes_from() -> None:
    assert str(parse_sender('"A, B" <a@example.org>')) == '"A, B" <a@example.org>'
    for wrong in ("nobody", "a@example.org\r\nBcc: b@example.net", "A\nB <a@example.org>", "a@b, c@d"):
        with pytest.raises(ValueError, match="write an address"):
            parse_sender(wrong)
    settings = {"smtp_url": "smtp://ana%40example.org:x@mail.example.org", "public_url": "https://data.example.org"}
    mailer = mailer_of(Settings.model_validate(settings))
    assert mailer is not None
    assert mailer.sender.addr_spec == "ana@example.org"
    assert mailer_of(Settings.model_validate({})) is None


def test_the_command_tells_what_happened(box: Mailbox, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, err = run("mail", "test", "--to", "ana@example.com")
    assert (status, "BELVEDERE_SMTP_URL" in err) == (1, True)
    monkeypatch.setenv("BELVEDERE_SMTP_URL", f"smtp://127.0.0.1:{box.port}?tls=none")
    status, _, err = run("mail", "test", "--to", "ana@example.com")
    assert (status, "BELVEDERE_MAIL_FROM is missing" in err) == (1, True)
    monkeypatch.setenv("BELVEDERE_MAIL_FROM", "Reports <reports@example.org>")
    status, out, _ = run("mail", "test", "--to", "ana@example.com")
    assert status == 0
    assert f"127.0.0.1:{box.port} has taken the mail without encryption." in out
    assert "From reports@example.org to ana@example.com, Message-ID <" in out
    box.refuses = {"ana@example.com": "550 no such person"}
    status, out, err = run("mail", "test", "--to", "ana@example.com", "--json")
    assert (status, "recipient_refused" in out, "550 no such person" in err) == (1, True, True)
    assert [mail["Subject"] for mail in box.mails] == ["Test mail of Belvedere"]
