"""Traces for OpenTelemetry, if BELVEDERE_OTLP_ENDPOINT is set: spans of requests, queries and syncs, as OTLP's JSON.

Spans carry classes of routes, datasets and sources, never addresses, which may hold tokens, and never names of clients.
"""

import contextvars
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from api.telemetry import log

if TYPE_CHECKING:
    import httpx2

_MOST = 5_000  # spans that wait; while nobody takes them, the oldest are forgotten
_SECONDS_BETWEEN = 1.0
_SERVER, _INTERNAL = 2, 1
_FAILED = 2
_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")

Value: TypeAlias = str | int


@dataclass
class Span:
    """One stretch of work; whoever does it may add attributes until it ends."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: int
    started: int  # nanoseconds since 1970
    attributes: dict[str, Value] = field(default_factory=dict)
    ended: int = 0
    failed: bool = False


_CURRENT: contextvars.ContextVar[tuple[str, str] | None] = contextvars.ContextVar("span", default=None)
_UNSEEN = Span("", "", "", "", _INTERNAL, 0)  # what is handed out while traces are off
_OFF = nullcontext(_UNSEEN)


class Exporter:
    """Sends ended spans to a collector, on a thread of its own; what it does not take is lost, and said once."""

    def __init__(self, endpoint: str) -> None:
        self._address = f"{endpoint.rstrip('/')}/v1/traces"
        self._ended: deque[Span] = deque(maxlen=_MOST)
        self._stopping = threading.Event()
        self._complained = False
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    def add(self, span: Span) -> None:
        """Take a span that has ended."""
        self._ended.append(span)

    def stop(self) -> None:
        """Send what is left."""
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        import httpx2

        with httpx2.Client(timeout=2) as client:
            while not self._stopping.wait(_SECONDS_BETWEEN):
                self._send(client)
            self._send(client)

    def _send(self, client: "httpx2.Client") -> None:
        import httpx2

        spans = [self._ended.popleft() for _ in range(len(self._ended))]
        if not spans:
            return
        try:
            client.post(self._address, json=document(spans)).raise_for_status()
        except httpx2.HTTPError as error:
            if not self._complained:
                self._complained = True
                log().warning("traces are not taken", kind=type(error).__name__, lost=len(spans))


_exporter: Exporter | None = None


def configure_traces(endpoint: str) -> None:
    """Send spans to a collector from now on, or to nobody with an empty address."""
    global _exporter  # noqa: PLW0603 - of a process, as that of logs
    if _exporter is not None:
        _exporter.stop()
    _exporter = Exporter(endpoint) if endpoint else None


def request_span(name: str, traceparent: str | None) -> AbstractContextManager[Span]:
    """Return the span of a request, which goes on a trace of the caller's if he has one."""
    if _exporter is None:
        return _OFF
    found = _PARENT.fullmatch(traceparent or "")
    return _span(_exporter, name, _SERVER, (found[1], found[2]) if found else None, {})


def span(name: str, **attributes: Value) -> AbstractContextManager[Span]:
    """Return a span inside the current one, if there is any."""
    if _exporter is None:
        return _OFF
    return _span(_exporter, name, _INTERNAL, _CURRENT.get(), attributes)


@contextmanager
def _span(
    exporter: Exporter, name: str, kind: int, parent: tuple[str, str] | None, attributes: Mapping[str, Value]
) -> Iterator[Span]:
    trace, above = parent or (secrets.token_hex(16), "")
    made = Span(trace, secrets.token_hex(8), above, name, kind, time.time_ns(), dict(attributes))
    token = _CURRENT.set((made.trace_id, made.span_id))
    try:
        yield made
    except BaseException:
        made.failed = True
        raise
    finally:
        _CURRENT.reset(token)
        made.ended = time.time_ns()
        exporter.add(made)


def document(spans: list[Span]) -> dict[str, object]:
    """Return spans as the JSON of OTLP 1.x."""
    service = {"attributes": _attributes({"service.name": "belvedere"})}
    scope = {"scope": {"name": "belvedere"}, "spans": [_one(each) for each in spans]}
    return {"resourceSpans": [{"resource": service, "scopeSpans": [scope]}]}


def _one(each: Span) -> dict[str, object]:
    return {
        "traceId": each.trace_id,
        "spanId": each.span_id,
        "parentSpanId": each.parent_id,
        "name": each.name,
        "kind": each.kind,
        "startTimeUnixNano": str(each.started),
        "endTimeUnixNano": str(each.ended),
        "attributes": _attributes(each.attributes),
        "status": {"code": _FAILED} if each.failed else {},
    }


def _attributes(known: Mapping[str, Value]) -> list[dict[str, object]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in known.items()
    ]
