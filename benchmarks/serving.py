"""A running server as benchmarks see it: its processor time and its memory; and a client that costs little."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import orjson

COMMAND = str(Path(sys.executable).parent / "belvedere")
_IDLE_SECONDS = 3
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """One process that serves a data directory; `start_cpu` is what it took until it was ready."""

    port: int
    key: str
    process: "subprocess.Popen[bytes]"
    start_cpu: float

    def cpu(self) -> float:
        """Return the processor seconds that the server has used so far."""
        return _cpu(self.process.pid)

    def memory(self) -> tuple[float, float]:
        """Return the memory held now and at the most, in GB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return kilobytes["VmRSS"] / 1024**2, kilobytes["VmHWM"] / 1024**2


class Client:
    """Asks a server over connections that stay open, one a thread."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._mine = threading.local()

    def data(self, body: bytes, *, gzip: bool = False) -> bytes:
        """Return the body of a getData answer as it came."""
        connection = self._connection()
        headers = {
            "authorization": f"Bearer {self._server.key}",
            "content-type": "application/json",
            "accept-encoding": "gzip" if gzip else "identity",
        }
        connection.request("POST", "/v1/looker/data", body, headers)
        answer = connection.getresponse()
        content = bytes(answer.read())
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content[:500]!r}")
        self._mine.last = time.monotonic()
        return content

    def _connection(self) -> http.client.HTTPConnection:
        # The server closes a connection that has been idle for five seconds.
        if time.monotonic() - getattr(self._mine, "last", 0.0) > _IDLE_SECONDS:
            connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=300)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._mine.connection = connection
        found: http.client.HTTPConnection = self._mine.connection
        return found


@contextmanager
def serving(
    folder: Path,
    key: str,
    *,
    cache_bytes: int,
    threads: int,
    keep_up: bool = False,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """Serve a data directory until the block ends; `more` are further settings of the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = without_settings() | {
        "BELVEDERE_DATA_DIR": str(folder),
        "BELVEDERE_CACHE_BYTES": str(cache_bytes),
        "BELVEDERE_RATE_BURST": "1000000",
        "BELVEDERE_RATE_PER_SECOND": "100000",
        "BELVEDERE_LOG_LEVEL": "warning",
        "BELVEDERE_KEEP_UP": str(keep_up),
        "BELVEDERE_DUCKDB_THREADS": str(threads),
        **more,
    }
    process = subprocess.Popen([COMMAND, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield Server(port, key, process, _cpu(process.pid))
        if process.poll() is not None:
            raise RuntimeError(f"The server ended by itself with status {process.returncode}.")
    finally:
        process.terminate()
        process.wait(60)


def without_settings() -> dict[str, str]:
    """Return the environment without settings of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except ConnectionError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError(f"The server ended with status {process.returncode}.")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def request_body(
    fields: tuple[str, ...], filters: tuple[dict[str, object], ...], first: str, last: str, client: str
) -> bytes:
    """Return a getData request to the dataset of tickets; every filter must hold."""
    return orjson.dumps(
        {
            "configParams": {"workspace": "main", "client": client, "dataset": "tickets"},
            "dateRange": {"startDate": first, "endDate": last},
            "fields": [{"name": name} for name in fields],
            "dimensionsFilters": [[clause] for clause in filters],
        }
    )
