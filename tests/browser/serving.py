"""The real program in its own process, and a real browser that counts everything that goes wrong."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.plain_http import answers

# What the server draws first is waited for, however busy the machine is: every page of the tests begins with it.
PATIENT = {"BELVEDERE_FIRST_VIEW_SECONDS": "60"}
PROGRAM = Path(sys.executable).parent / "belvedere"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@dataclass(frozen=True)
class Served:
    """A running `belvedere`, and a key for it."""

    address: str
    key: str
    workspace: str
    process: "subprocess.Popen[str]"

    def data(self, fields: Sequence[str], start: str, end: str, **extra: object) -> list[list[object]]:
        """Ask getData as Looker Studio would, and give the rows."""
        body = {
            "configParams": {"workspace": self.workspace, "dataset": "tickets"},
            "dateRange": {"startDate": start, "endDate": end},
            "fields": [{"name": name} for name in fields],
            **extra,
        }
        headers = {"authorization": f"Bearer {self.key}"}
        answer = httpx2.post(f"{self.address}/v1/looker/data", json=body, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return [row["values"] for row in answer.json()["rows"]]


def run(data_dir: Path, *arguments: str) -> str:
    """Run one command of the program to its end, and give what it printed."""
    done = subprocess.run(
        [PROGRAM, *arguments], env=_environment(data_dir), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def running(
    data_dir: Path, *arguments: str, more: Mapping[str, str] | None = None
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Keep the program running on a free port, and give its address when it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (data_dir / "server.log").open("w") as log:
        process = subprocess.Popen(
            [PROGRAM, *arguments, "--port", str(port)],
            env=_environment(data_dir) | dict(more or {}),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, data_dir)
        yield address, process
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def running_anew(data_dir: Path, more: Mapping[str, str]) -> Iterator[str]:
    """Keep a server running that nobody owns yet, and give the link that it prints for the owner."""
    with running(data_dir, "serve", more=more) as (address, process):
        assert process.stdout is not None
        printed = next(line for line in process.stdout if "/console/welcome/" in line).strip()
        yield address + printed[printed.index("/console/welcome/") :]


def demo(data_dir: Path) -> Iterator[Served]:
    """Keep `belvedere demo` running."""
    with running(data_dir, "demo", "--no-browser", "--json", more=PATIENT) as (address, process):
        assert process.stdout is not None
        told = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
        yield Served(address, told["key"], told["workspace"], process)


def _environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
    return {**kept, "BELVEDERE_DATA_DIR": str(data_dir)}


def _wait_until_healthy(address: str, process: "subprocess.Popen[str]", data_dir: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        if answers(address):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {(data_dir / 'server.log').read_text()}")


@dataclass
class Watched:
    """A page whose requests and mishaps are written down."""

    page: Page
    asked: list[dict[str, object]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen before anything is loaded."""
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if request.url.endswith("/v1/looker/data"):
            body = request.post_data_json
            assert isinstance(body, dict)
            self.asked.append(body)

    def open(self, address: str) -> None:
        """Load the page and wait until every card has its answer."""
        self.page.goto(address)
        self.settle()

    def control(self, name: str) -> Locator:
        """Find a button of the control bar."""
        return self.page.get_by_role("region", name="Controls").get_by_role("button", name=name)

    def settle(self) -> None:
        """Wait until no card is waiting for an answer."""
        self.page.wait_for_selector("#content", timeout=40_000)
        self.page.wait_for_function(
            "() => document.querySelectorAll('.card[aria-busy=true], .starting, .first-view, .skeleton').length === 0"
            " && document.querySelectorAll('.card').length > 0"
            " && [...document.querySelectorAll('.chart:not([data-drawn])')].every((one) => one.clientHeight === 0)",
            timeout=40_000,
        )

    def settle_slide(self) -> None:
        """Wait until a slide of the presentation stands."""
        self.page.wait_for_function(
            "() => document.querySelector('.slide')"
            " && document.querySelectorAll('.card[aria-busy=true], .starting, .skeleton').length === 0"
            " && [...document.querySelectorAll('.chart:not([data-drawn])')].every((one) => one.clientHeight === 0)",
            timeout=40_000,
        )

    def mishaps(self) -> list[str]:
        """Everything that should not have happened: console errors and refused styles or scripts."""
        return [*self.errors, *self.page.evaluate("window.violations")]
