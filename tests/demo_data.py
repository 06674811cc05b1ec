"""The demo's data, loaded once for all tests: by `belvedere demo` itself, as a stranger starts it."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-c", "from api.cli import main; main()")
SHARED = "TESTS_SHARED_DIR"  # set where several runs of pytest may share what one of them has made


@dataclass(frozen=True)
class DemoData:
    """A data directory with the demo in it, which nobody changes, and what the program said when it made it."""

    folder: Path
    told: Mapping[str, str]  # the JSON of `belvedere demo --json`
    log: str  # what stood on standard error

    def copied(self, folder: Path) -> Path:
        """Copy the data directory to a place of the test's own, and return the place."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return folder


def shared_demo(factory: pytest.TempPathFactory) -> DemoData:
    """Return the demo's data; the first of several processes to ask loads them, the others wait."""
    base = _shared_folder(factory)
    with _locked(base / "demo.lock"):
        made = base / "demo.json"
        if not made.exists():
            made.write_text(json.dumps(_made(base / "demo")), encoding="utf-8")
        noted = json.loads(made.read_text(encoding="utf-8"))
    return DemoData(base / "demo", noted["told"], noted["log"])


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    if SHARED in os.environ:
        return Path(os.environ[SHARED])
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _made(folder: Path) -> dict[str, object]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
    log = folder.with_suffix(".log")
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*PROGRAM, "demo", "--no-browser", "--json", "--port", str(port)],
            env={**kept, "BELVEDERE_DATA_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if line == "}\n":
                process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0, log.read_text()
    return {"told": json.loads(told), "log": log.read_text()}
