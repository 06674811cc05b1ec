"""Structured logs: one JSON line an event, with the request id, without secrets and without values of filters."""

import contextvars
import logging
import re
import secrets
import sys
from collections.abc import MutableMapping
from typing import TextIO, TypeAlias, cast

import structlog

Event: TypeAlias = MutableMapping[str, object]

REQUEST_ID: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRET_NAMES = frozenset(
    {"authorization", "cookie", "set-cookie", "key", "token", "password", "secret", "code", "state", "database_url"}
)
_SECRET_TEXT = re.compile(r"(bvk|bvs|bvl|bvw|bvr)_[A-Za-z0-9_-]{8,}|(?<=://)[^/\s:@]+:[^@\s/]+(?=@)")


def request_id(given: str | None) -> str:
    """Return the caller's request id if it is a plain word, else a new one."""
    return given if given and _ID.fullmatch(given) else secrets.token_hex(8)


def redact(text: str) -> str:
    """Take keys, session tokens and passwords inside addresses out of a text."""
    return _SECRET_TEXT.sub("(hidden)", text)


def _clean(_logger: object, _method: str, event: Event) -> Event:
    for name, value in event.items():
        if name.lower() in _SECRET_NAMES:
            event[name] = "(hidden)"
        elif isinstance(value, str):
            event[name] = redact(value)
    return event


def _with_request(_logger: object, _method: str, event: Event) -> Event:
    current = REQUEST_ID.get()
    if current != "-":
        event.setdefault("request_id", current)
    return event


class _StandardError:
    """Standard error as it is now: whoever replaces it, such as a test, gets the lines and may close it later."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logs(level: str) -> None:
    """Send our events and everybody else's warnings to standard error as JSON lines."""
    number = getattr(logging, level.upper())
    errors = cast("TextIO", _StandardError())
    processors: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_request,
        structlog.processors.format_exc_info,
        _clean,
    ]
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(errors),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(errors)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=processors,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))


def log() -> structlog.typing.FilteringBoundLogger:
    """Return the program's logger."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
