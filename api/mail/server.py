"""The mail server that takes our mail, as one address: smtp://user:password@host:587?tls=starttls, or smtps://."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_FORM = "write it like smtp://user:password@mail.example.org:587, or smtps:// where TLS begins at once"
_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """When the connection is encrypted: at once, by STARTTLS before anything is said, or never."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """Return the server as messages name it: without user and password."""
        return f"{self.host}:{self.port}"


def parse_server(text: str) -> MailServer:
    """Return the server of an address; raises ValueError with words that never hold the password."""
    parts, port = _split(text)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(_FORM)
    security = _security(parts)
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if (user is None) != (password is None):
        raise ValueError("give both a user and a password, or neither")
    if security is Security.NONE and user is not None and parts.hostname not in _THIS_MACHINE:
        raise ValueError("with tls=none the password would travel in clear: leave tls=none out")
    return MailServer(parts.hostname, port or _PORTS[parts.scheme], security, user, password)


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        # What Python says here may quote a password with a character that ends the host's part of an address.
        raise ValueError(f"{_FORM}; letters such as / # ? @ in the password are written %2F %23 %3F %40") from None
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(f"{_FORM}; letters such as / # ? @ in the password are written %2F %23 %3F %40")
    return parts, port


def _security(parts: SplitResult) -> Security:
    given = parse_qs(parts.query)
    wanted = given.pop("tls", ["starttls" if parts.scheme == "smtp" else "tls"])[-1]
    if given:
        raise ValueError("after the question mark only tls= is known")
    if parts.scheme == "smtps":
        if wanted != Security.TLS:
            raise ValueError("smtps:// is encrypted at once; leave tls= out, or write smtp://")
        return Security.TLS
    if wanted not in {Security.STARTTLS, Security.NONE}:
        raise ValueError("tls= is starttls or none")
    return Security(wanted)
