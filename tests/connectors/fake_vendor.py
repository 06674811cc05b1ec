"""A vendor's API as a real HTTP server on loopback: a fake answers, this base serves, remembers and breaks things."""

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

from connectors import JsonValue

Record = dict[str, JsonValue]


class Fault(StrEnum):
    """What can go wrong with one request."""

    TOO_MANY = "429, the pause in seconds"
    TOO_MANY_DATE = "429, the pause as a date"
    DOWN = "503"
    DROP = "the connection breaks in mid-body"
    TRUNCATE = "200 with JSON that is cut off"
    SLOW = "a pause in mid-body"
    EXPIRED = "401: the token that came is not accepted any more"


@dataclass(frozen=True)
class Asked:
    """One request as the fake has received it; header names are lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def json(self) -> Record:
        """Return the body's JSON object; empty if there is none."""
        is_json = "json" in self.headers.get("content-type", "")
        found = json.loads(self.body) if is_json and self.body else {}
        return found if isinstance(found, dict) else {}

    @property
    def form(self) -> dict[str, list[str]]:
        """Return the fields of a form."""
        is_form = "form-urlencoded" in self.headers.get("content-type", "")
        return parse_qs(self.body.decode(), keep_blank_values=True) if is_form else {}

    @property
    def token(self) -> str:
        """Return what the header Authorization carries after its scheme."""
        return self.headers.get("authorization", "").partition(" ")[2]

    def one(self, name: str, default: str = "") -> str:
        """Return a parameter of the address as text."""
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int = 0) -> int:
        """Return a parameter of the address as a whole number."""
        return int(self.one(name) or default)


@dataclass(frozen=True)
class Told:
    """One answer: bytes are sent as they are, everything else as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Clock:
    """A clock that tests move forward instead of sleeping; the fake and the client share it."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> float:
        """Return seconds."""
        return time.monotonic() + sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        """Let seconds pass without waiting."""
        self.slept.append(seconds)


@dataclass(frozen=True)
class _Planned:
    fault: Fault
    seconds: float
    path: str


class Faults:
    """Faults of the requests to come, each used once. `early` holds requests that came before a pause was over."""

    def __init__(self) -> None:
        self.early: list[Asked] = []
        self.used = 0
        self._planned: deque[_Planned] = deque()

    def next(self, fault: Fault, *, seconds: float = 1.0, times: int = 1, path: str = "") -> None:
        """Break the next requests, or the next ones whose path contains `path`."""
        self._planned.extend([_Planned(fault, seconds, path)] * times)

    @property
    def waiting(self) -> int:
        """Return how many faults no request has met yet."""
        return len(self._planned)

    def take(self, asked: Asked, spared: tuple[str, ...]) -> _Planned | None:
        """Return the fault of this request. `spared` are paths that only a fault for that path breaks."""
        for one in self._planned:
            if one.path in asked.path if one.path else not asked.path.startswith(spared):
                self._planned.remove(one)
                self.used += 1
                return one
        return None


class FakeVendor:
    """Serves `answer` while it is open: `with FakeZendesk() as fake: fake.address`.

    A fake overrides `vendor`, `answer` and what the contract needs: `truth`, `change`, `spoil` and `looping`.
    """

    vendor: ClassVar[str] = ""
    prefix: ClassVar[str] = ""  # of the address; requests arrive without it
    spared: ClassVar[tuple[str, ...]] = ("/oauth",)  # paths that faults leave alone, such as that of the token
    config: ClassVar[dict[str, JsonValue]] = {}  # the settings of a connection to this fake
    credentials: ClassVar[dict[str, str]] = {"access_token": "first-token"}  # accepted from the start
    renewed: ClassVar[dict[str, str]] = {"access_token": "second-token"}  # accepted too, also after EXPIRED
    now: ClassVar[datetime] = datetime(2026, 3, 30, 15, tzinfo=UTC)
    since: ClassVar[datetime] = datetime(2025, 12, 1, tzinfo=UTC)  # where its records begin

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults = Faults()
        self.clock = Clock()
        self.looping = False  # a page's next link, or cursor, is that of the page before
        self.refused: set[str] = set()  # tokens that are not accepted any more
        self.problems: list[Exception] = []
        self._closed_until = 0.0
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self.served_at = ""  # the address, once it serves or another server serves for it
        self._server: ThreadingHTTPServer | None = None

    def answer(self, asked: Asked) -> Told:
        """Return what the vendor answers; one call at a time."""
        raise NotImplementedError

    def truth(self, stream: str) -> list[Record]:
        """Return what a complete read of a stream must give: every field here must come back as it is."""
        raise NotImplementedError

    def change(self, stream: str) -> bool:
        """Change one record and add another, at any moment within an hour of `now`; False if none ever changes."""
        del stream
        return False

    def spoil(self, stream: str) -> bool:
        """Give a record a cell that makes no sense, such as a date of the 31st of February; False if none can have."""
        del stream
        return False

    def token_of(self, asked: Asked) -> str:
        """Return what identifies the caller."""
        return asked.token

    def is_signed_in(self, asked: Asked) -> bool:
        """Say whether the request carries one of the values of the credentials that are accepted."""
        accepted = {*self.credentials.values(), *self.renewed.values()} - self.refused
        return self.token_of(asked) in accepted

    def unauthorised(self) -> Told:
        """Return how the vendor refuses a token."""
        return Told(401, {"error": "invalid_token", "error_description": "The access token is expired."})

    def too_many(self) -> Told:
        """Return how the vendor says that there were too many requests; Retry-After is added."""
        return Told(429, {"error": "too many requests"})

    def down(self) -> Told:
        """Return how the vendor says that it has a problem of its own."""
        return Told(503, b"<html>Service unavailable</html>", {"Content-Type": "text/html"})

    @property
    def address(self) -> str:
        """Return the base address: what replaces the vendor's."""
        assert self.served_at, "the fake is not open"
        return self.served_at

    @property
    def environment(self) -> dict[str, str]:
        """Return the setting that sends requests for the vendor here."""
        return {f"BELVEDERE_SOURCE_{self.vendor.upper()}_URL": self.address}

    def start(self) -> None:
        """Begin to serve."""
        self._server = server = _Server(("127.0.0.1", 0), _handler_for(self))
        self.served_at = f"http://127.0.0.1:{server.server_address[1]}{self.prefix}"
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, also in the middle of a slow answer."""
        self._stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.problems and error is None:
            raise self.problems[0]

    def respond(self, asked: Asked) -> tuple[Told, _Planned | None]:
        """Return the answer to a request and the fault that breaks it while it is sent."""
        with self._lock:
            self.asked.append(asked)
            if self.clock.now() < self._closed_until:
                self.faults.early.append(asked)
                return self.too_many(), None
            planned = self.faults.take(asked, self.spared)
            match planned.fault if planned else None:
                case Fault.TOO_MANY | Fault.TOO_MANY_DATE:
                    assert planned is not None
                    return self._closed(planned), None
                case Fault.DOWN:
                    return self.down(), None
                case Fault.EXPIRED:
                    self.refused.add(self.token_of(asked))
            if self.refused and self.token_of(asked) in self.refused and not asked.path.startswith(self.spared):
                return self.unauthorised(), None
            try:
                return self.answer(asked), planned
            except Exception as error:
                self.problems.append(error)
                return Told(500, {"error": f"the fake itself failed: {error!r}"}), None

    def pause(self, seconds: float) -> None:
        """Wait in mid-body, unless the fake stops."""
        self._stopping.wait(seconds)

    def _closed(self, planned: _Planned) -> Told:
        seconds, asks = planned.seconds, f"{planned.seconds:g}"
        if planned.fault is Fault.TOO_MANY_DATE:
            now = datetime.now(UTC)
            opens = (now + timedelta(seconds=seconds + 1)).replace(microsecond=0)
            seconds, asks = (opens - now).total_seconds(), format_datetime(opens, usegmt=True)
        self._closed_until = self.clock.now() + seconds
        told = self.too_many()
        return Told(told.status, told.body, {**told.headers, "Retry-After": asks})


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away; everything else is the fake's own mistake and shows."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler_for(fake: FakeVendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            path = unquote(address.path)
            if not path.startswith(fake.prefix):
                self._send(Told(404, {"error": "outside of the prefix"}), None)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(address.query, keep_blank_values=True)
            asked = Asked(self.command, path.removeprefix(fake.prefix), query, headers, body)
            self._send(*fake.respond(asked))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def _send(self, told: Told, planned: _Planned | None) -> None:
            body = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            body = b"" if told.status == 204 else body
            fault = planned.fault if planned else None
            if fault is Fault.TRUNCATE:
                body = body[: max(1, len(body) // 2)]
            lines = [f"HTTP/1.1 {told.status} {self.responses.get(told.status, ('Answer', ''))[0]}"]
            named = {"Content-Type": "application/json", **told.headers, "Content-Length": str(len(body))}
            lines += [f"{name}: {value}" for name, value in named.items()]
            head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
            try:
                self._write(head, body, planned)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _write(self, head: bytes, body: bytes, planned: _Planned | None) -> None:
            half = len(body) // 2
            match planned.fault if planned else None:
                case Fault.DROP:
                    self.wfile.write(head + body[:half])
                    self.close_connection = True
                case Fault.SLOW:
                    assert planned is not None
                    self.wfile.write(head + body[:half])
                    fake.pause(planned.seconds)
                    self.wfile.write(body[half:])
                case _:
                    self.wfile.write(head + body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
