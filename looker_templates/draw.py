"""Draws reports without a browser: the viewer's own script in worker processes, and PNG and PDF made from it.

Workers are processes with a time and a memory limit, because a chart script cannot be stopped otherwise, and because
laying a PDF out takes seconds of processor time.
"""

import base64
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from looker_templates.errors import DrawingError, DrawingLimitError, DrawingSetupError, PressBusyError
from looker_templates.loader import STATIC_FOLDER

FONTS_FOLDER = Path(__file__).parent / "fonts"
_PROGRAM = Path(__file__).parent / "press_worker.py"
_SCRIPT = STATIC_FOLDER / "server.js"
# Enough to find libraries and fonts; keys and passwords of the server stay with the server.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")

# How V8 and other libraries end when they are refused memory.
_OUT_OF_MEMORY = frozenset(-one for one in (signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGILL))


@dataclass(frozen=True)
class PressLimits:
    """How much drawing may take: `seconds` for one job, `memory_mb` for one worker, `jobs` until it is renewed.

    A worker that has nothing to do for `idle_seconds` ends.
    """

    workers: int = 2
    seconds: float = 45
    memory_mb: int = 1536
    jobs: int = 40
    waiting_seconds: float = 20
    idle_seconds: float = 300


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, limits: PressLimits) -> None:
        given = (limits.memory_mb, limits.seconds, limits.jobs, limits.idle_seconds, _SCRIPT, FONTS_FOLDER)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", str(_PROGRAM), *map(str, given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self.left = limits.jobs

    def ask(self, line: bytes, seconds: float) -> tuple[bytes, bool]:
        """Return the answer, empty if the process ended, and whether it was ended because time was up."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        self.left -= 1
        try:
            self.process.stdin.write(line)
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        return (answer if answer.endswith(b"\n") else b""), late.is_set()

    def end(self) -> int:
        """End the process, close the pipes, and return how it ended: 0 of itself, else less than 0."""
        try:
            self.process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with _closing_quietly():
                    pipe.close()
        return self.process.wait()


@contextmanager
def _closing_quietly() -> Iterator[None]:
    """Pass over what a pipe to an ended process still held."""
    try:
        yield
    except OSError:
        return


class Press:
    """A few workers, started when they are first needed."""

    def __init__(self, limits: PressLimits | None = None) -> None:
        self._limits = limits or PressLimits()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(self._limits.workers)
        self._reports = threading.BoundedSemaphore(self._limits.workers)
        self._closed = False
        self._warming = threading.Lock()

    @property
    def is_warm(self) -> bool:
        """Tell whether a worker is there that has read the script, which takes a third of a second."""
        with self._lock:
            return any(worker.process.poll() is None for worker in self._idle)

    def warm(self) -> None:
        """Start a worker in the background, unless one is being started."""
        if self._warming.acquire(blocking=False):
            threading.Thread(target=self._warm, name="press", daemon=True).start()

    def _warm(self) -> None:
        try:
            self._ask({"job": "warm"})
        except DrawingSetupError as error:
            # What is missing now will be missing every time: the lock stays taken.
            logging.getLogger(__name__).warning("The server draws nothing before the page does: %s", error)
            return
        except DrawingError:
            if self._closed:
                return
            logging.getLogger(__name__).warning("A worker that draws did not start.", exc_info=True)
        self._warming.release()

    @contextmanager
    def room(self) -> Iterator[None]:
        """Take the place of one whole report, or raise PressBusyError after a while."""
        if not self._reports.acquire(timeout=self._limits.waiting_seconds):
            raise PressBusyError(retry_after=10)
        try:
            yield
        finally:
            self._reports.release()

    def sheet(self, job: Mapping[str, object]) -> dict[str, object]:
        """Make a report's texts, cells and pictures; `job` is the SheetJob of viewer/src/sheet.ts."""
        text = orjson.dumps(job, default=str).decode()
        made: dict[str, object] = orjson.loads(self._ask({"job": "sheet", "text": text}))
        return made

    def png(self, svg: str, *, zoom: float = 2, fonts: tuple[str, ...] = ()) -> bytes:
        """Make a picture from SVG; `fonts` are files of further typefaces."""
        return base64.b64decode(self._ask({"job": "png", "svg": svg, "zoom": zoom, "fonts": list(fonts)}))

    def pdf(self, html: str, css: str) -> bytes:
        """Lay a page out; it may name `font:` files of ours and `data:` addresses, and nothing else is fetched."""
        return base64.b64decode(self._ask({"job": "pdf", "html": html, "css": css}))

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._closed = True
            workers = [*self._idle, *self._busy]
            self._idle.clear()
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.end()

    @property
    def process_ids(self) -> list[int]:
        """Return the processes that are there."""
        with self._lock:
            return [worker.process.pid for worker in (*self._idle, *self._busy)]

    def _ask(self, question: Mapping[str, object]) -> str:
        line = orjson.dumps(question) + b"\n"
        with self._slots:
            answer, late = self._once(line)
            return _result(answer, late, self._limits)

    def _once(self, line: bytes) -> tuple[bytes, bool]:
        """Ask one worker; one that ended of itself while it was idle is replaced."""
        while True:
            worker, is_new = self._take()
            answer, late = worker.ask(line, self._limits.seconds)
            keep = answer.startswith(b'{"result"') and worker.left > 0
            with self._lock:
                self._busy.discard(worker)
                if keep and not self._closed:
                    self._idle.append(worker)
            if keep and not self._closed:
                return answer, late
            code = worker.end()
            if code in _OUT_OF_MEMORY and not answer:
                return b'{"limit": "memory"}', late
            if answer or late or is_new or code != 0 or self._closed:
                return answer, late

    def _take(self) -> tuple[_Worker, bool]:
        with self._lock:
            if self._closed:
                raise DrawingError("The server is about to end.")
            is_new = not self._idle
            worker = _Worker(self._limits) if is_new else self._idle.pop()
            self._busy.add(worker)
        return worker, is_new


def _result(answer: bytes, late: bool, limits: PressLimits) -> str:
    told = orjson.loads(answer) if answer else {}
    if "result" in told:
        return str(told["result"])
    if late or told.get("limit") == "time":
        raise DrawingLimitError(f"Drawing was stopped after {limits.seconds:g} s. Choose fewer pages or a filter.")
    if told.get("limit") == "memory":
        raise DrawingLimitError(f"Drawing needs more than {limits.memory_mb} MB. Choose fewer pages or a filter.")
    if "missing" in told:
        raise DrawingSetupError(
            "The server cannot make PDF or pictures: a library is missing. On Debian or Ubuntu: apt-get install "
            f"libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. ({told['missing']})"
        )
    raise DrawingError(str(told.get("error") or "The worker that draws has ended in the middle of its work."))
