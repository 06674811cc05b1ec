"""Structured logs: one JSON line an event, with the request id, without secrets and without values of filters."""

import contextvars
import json
import logging
import re
import secrets
import sys
import threading
import traceback
from datetime import UTC, datetime

NO_REQUEST = "-"
REQUEST_ID: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default=NO_REQUEST)

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRET_NAMES = frozenset(
    {"authorization", "cookie", "set-cookie", "key", "token", "password", "secret", "code", "state", "database_url"}
)
_SECRET_TEXT = re.compile(
    r"(bva|bvc|bvf|bvo|bvp|bvk|bvs|bvl|bvw|bvr|bvu)_[A-Za-z0-9_-]{8,}|(?<=://)[^/\s:@]+:[^@\s/]+(?=@)"
)


def request_id(given: str | None) -> str:
    """Return the caller's request id if it is a plain word, else a new one."""
    return given if given and _ID.fullmatch(given) else secrets.token_hex(8)


def redact(text: str) -> str:
    """Take keys, session tokens and passwords inside addresses out of a text."""
    return _SECRET_TEXT.sub("(hidden)", text)


class Log:
    """The program's logger: an event in a few words, and what is known about it by name."""

    def debug(self, event: str, **known: object) -> None:
        """Log what only somebody who looks for a mistake wants to read."""
        _tell(logging.DEBUG, event, known)

    def info(self, event: str, **known: object) -> None:
        """Log what went as it should."""
        _tell(logging.INFO, event, known)

    def warning(self, event: str, **known: object) -> None:
        """Log what somebody may have to look after."""
        _tell(logging.WARNING, event, known)

    def error(self, event: str, *, exc_info: BaseException | None = None, **known: object) -> None:
        """Log what went wrong; with an exception, its traceback."""
        _tell(logging.ERROR, event, known, exc_info)


class _Lines(logging.Handler):
    """What libraries log, as lines like ours."""

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[1] if record.exc_info else None
        try:
            _write(_line(record.levelname.lower(), record.getMessage(), {}, raised))
        except Exception:
            self.handleError(record)


_LOG = Log()
_WRITING = threading.Lock()
_least = logging.WARNING


def configure_logs(level: str) -> None:
    """Send our events and everybody else's warnings to standard error as JSON lines."""
    global _least  # noqa: PLW0603 - the level of a process, as that of logging itself
    _least = getattr(logging, level.upper())
    root = logging.getLogger()
    root.handlers = [_Lines()]
    root.setLevel(max(_least, logging.WARNING))


def log() -> Log:
    """Return the program's logger."""
    return _LOG


def _tell(level: int, event: str, known: dict[str, object], raised: BaseException | None = None) -> None:
    if level >= _least:
        _write(_line(logging.getLevelName(level).lower(), event, known, raised))


def _line(level: str, event: str, known: dict[str, object], raised: BaseException | None) -> str:
    moment = datetime.now(UTC).replace(tzinfo=None)
    told = {**known, "event": event, "level": level, "timestamp": f"{moment.isoformat()}Z"}
    current = REQUEST_ID.get()
    if current != NO_REQUEST:
        told.setdefault("request_id", current)
    if raised is not None:
        told["exception"] = "".join(traceback.format_exception(raised)).removesuffix("\n")
    return json.dumps({name: _clean(name, value) for name, value in told.items()}, default=repr)


def _clean(name: str, value: object) -> object:
    if name.lower() in _SECRET_NAMES:
        return "(hidden)"
    return redact(value) if isinstance(value, str) else value


def _write(line: str) -> None:
    # Standard error as it is now: whoever replaces it, such as a test, gets the lines and may close it later.
    with _WRITING:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
