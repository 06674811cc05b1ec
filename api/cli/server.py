"""Runs the server in the foreground, for `serve` and `demo`: one port, a clean end, one line if it cannot start."""

import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from api.cli.output import program

if TYPE_CHECKING:
    from api.settings import Settings
    from api.world import World

_SECONDS_FOR_RUNNING_REQUESTS = 1
_QUEUE = 2048


def bind(settings: "Settings", command: str) -> socket.socket:
    """Take the port before anything else is done, or say that it is taken."""
    from api.errors import StartError

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(_QUEUE)
    except (OSError, OverflowError) as error:
        listener.close()
        raise StartError(_why(error, settings, command)) from error
    return listener


def _why(error: Exception, settings: "Settings", command: str) -> str:
    place = f"port {settings.port} on {settings.host}"
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        other = settings.port + 1 if settings.port < 65535 else 8000
        return f"Another program uses {place}. Stop it, or choose another port: {program()} {command} --port {other}."
    if number == errno.EACCES:
        return f"This user may not listen on {place}. Choose a port above 1023: belvedere {command} --port 8000."
    return f"The server cannot listen on {place}: {error}. Check BELVEDERE_HOST and BELVEDERE_PORT."


@contextmanager
def ends_on_sigterm() -> Iterator[None]:
    """Make SIGTERM end the command as a normal exit does, with everything closed behind it."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def run_server(world: "World", listener: socket.socket, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    import uvicorn

    from api.alerts.watch import AlertWatch
    from api.app import create_app
    from api.schedules.sending import ReportMails

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                when_ready()

    settings = world.settings
    config = uvicorn.Config(
        create_app(world),
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_SECONDS_FOR_RUNNING_REQUESTS,
    )
    if not world.reads_only:
        world.runner.also(AlertWatch(world).run)
        world.runner.also(ReportMails(world).run)
    world.runner.start(jobs=not world.reads_only)
    Server(config).run(sockets=[listener])


def leave() -> None:
    """End the process at once if a query or load still runs; DuckDB undoes its transaction at the next opening.

    Without this the interpreter would wait for some of these threads and pull the ground from under the others.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(0)
