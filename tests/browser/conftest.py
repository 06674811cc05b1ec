"""One demo server, one server with an imported file, and one browser for all tests of this folder."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.serving import CHROMIUM, CHROMIUM_ARGUMENTS, Served, Watched, demo, run, running
from tests.demo_data import DemoData

MAPPING = """\
entity: ticket
key: id
timezone: Europe/Athens
columns:
  source_id: id
  created_at: {from: opened, format: "%d/%m/%Y %H:%M"}
  solved_at: {from: closed, format: "%d/%m/%Y %H:%M"}
  category: topic
  city: town
"""


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory, demo_data: DemoData) -> Iterator[Served]:
    """The demo, as a stranger starts it."""
    yield from demo(demo_data.copied(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="session")
def file_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with one imported file of March 2025 that has no channel, no replies and no groups."""
    folder = tmp_path_factory.mktemp("file")
    write_tickets(folder / "tickets.csv")
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    data_dir = folder / "data"
    data_dir.mkdir()
    run(
        data_dir, "import", str(folder / "tickets.csv"), "--as", "tickets",
        "--client", "Small shop", "--mapping", str(folder / "map.yaml"),
    )  # fmt: skip
    key = run(data_dir, "key", "create", "--name", "browser")
    with running(data_dir, "serve") as (address, process):
        yield Served(address, key, "main", process)


def write_tickets(path: Path) -> None:
    """Write 93 tickets, three a day; every fourth is not closed."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "opened", "closed", "topic", "town"))
        for number in range(93):
            opened = datetime(2025, 3, 1, 9) + timedelta(days=number // 3, hours=number % 3)  # noqa: DTZ001
            closed = opened + timedelta(hours=1 + number % 50)
            writer.writerow(
                (
                    f"T-{number}",
                    f"{opened:%d/%m/%Y %H:%M}",
                    "" if number % 4 == 3 else f"{closed:%d/%m/%Y %H:%M}",
                    ("Delivery", "Billing", "Returns")[number % 5 % 3],
                    ("Athens", "Patras")[number % 3 % 2],
                )
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Watched]:
    """A page of 1360 pixels."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    yield Watched(context.new_page())
    context.close()
