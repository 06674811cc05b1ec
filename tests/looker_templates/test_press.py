"""The workers that draw: what they make, what they refuse, and how they end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from looker_templates import (
    DrawingError,
    DrawingLimitError,
    Press,
    PressBusyError,
    PressLimits,
    preset_range,
    within,
)
from looker_templates.controls import DateRangeControl

LONG = "<table>" + "<tr><td>one of many</td></tr>" * 40_000 + "</table>"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#ff0000"/></svg>'
)


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press(PressLimits(workers=1, waiting_seconds=0.05))
    yield made
    made.close()
    assert made.process_ids == []


def test_a_page_that_takes_too_long_ends_and_the_next_one_is_printed() -> None:
    press = Press(PressLimits(workers=1, seconds=3))
    try:
        with pytest.raises(DrawingLimitError, match="after 3 s"):
            press.pdf(LONG * 3, "")
        assert press.pdf("<p>short</p>", "").startswith(b"%PDF")
    finally:
        press.close()


def test_a_worker_that_is_killed_is_an_error_and_the_next_one_works(press: Press) -> None:
    press.pdf("<p>the worker is there</p>", "")
    worker = press.process_ids[0]
    killer = threading.Timer(0.3, lambda: os.kill(worker, signal.SIGKILL))
    killer.start()
    with pytest.raises(DrawingError, match="has ended in the middle"):
        press.pdf(LONG, "")
    assert press.pdf("<p>again</p>", "").startswith(b"%PDF")
    assert worker not in press.process_ids


def test_memory_is_limited() -> None:
    press = Press(PressLimits(workers=1, memory_mb=96))
    try:
        with pytest.raises((DrawingLimitError, DrawingError)):
            press.pdf(LONG, "")
        with pytest.raises(DrawingLimitError, match="96 MB"):
            press.sheet({"report": {}})  # V8 alone wants more
        assert press.pdf("<p>small</p>", "").startswith(b"%PDF")
    finally:
        press.close()


def test_a_page_reaches_neither_the_net_nor_files(press: Press) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.3)
        port = server.getsockname()[1]
        addresses = (f"http://127.0.0.1:{port}/x.png", "file:///etc/hostname", "font:../../../pyproject.toml")
        images = "".join(f'<img src="{one}" alt=""><link rel=attachment href="{one}">' for one in addresses)
        made = press.pdf(f"<p>text</p>{images}", f"@import url(http://127.0.0.1:{port}/x.css);")
        with pytest.raises(TimeoutError):
            server.accept()
    assert b"belvedere" not in made
    assert b"/EmbeddedFile" not in made


def test_a_picture_has_twice_the_size_and_a_broken_one_is_an_error(press: Press) -> None:
    made = press.png(SVG)
    assert made.startswith(b"\x89PNG")
    assert (int.from_bytes(made[16:20]), int.from_bytes(made[20:24])) == (80, 40)
    with pytest.raises(DrawingError):
        press.png("<svg")


def test_a_broken_document_is_an_error_and_names_it(press: Press) -> None:
    with pytest.raises(DrawingError, match="TypeError"):
        press.sheet({"report": {}})


def test_only_as_many_reports_as_may_be_are_made_at_once(press: Press) -> None:
    with press.room(), pytest.raises(PressBusyError) as raised, press.room():
        pass
    assert raised.value.retry_after > 0
    with press.room():
        pass


def test_workers_are_renewed_and_know_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELVEDERE_SECRET_KEYS", "not-for-workers")
    press = Press(PressLimits(workers=1, jobs=2))
    try:
        seen = []
        for _ in range(4):
            press.png(SVG)
            seen += press.process_ids
            for worker in press.process_ids:
                assert b"not-for-workers" not in Path(f"/proc/{worker}/environ").read_bytes()
        assert len(set(seen)) == 2
    finally:
        press.close()


def test_a_press_that_closes_ends_what_still_runs() -> None:
    press = Press(PressLimits(workers=1))
    press.pdf("<p>the worker is there</p>", "")
    threading.Timer(0.2, press.close).start()
    started = time.monotonic()
    with pytest.raises(DrawingError):
        press.pdf(LONG * 3, "")
    assert time.monotonic() - started < 5


def test_named_periods_are_those_of_the_viewer() -> None:
    today = date(2026, 3, 1)  # a Sunday
    assert preset_range("last_7_days", today) == (date(2026, 2, 22), date(2026, 2, 28))
    assert preset_range("last_12_weeks", today) == (date(2025, 12, 1), date(2026, 2, 22))
    assert preset_range("last_full_month", today) == (date(2026, 2, 1), date(2026, 2, 28))
    assert preset_range("last_12_months", today) == (date(2025, 3, 1), date(2026, 2, 28))
    assert preset_range("last_full_quarter", today) == (date(2025, 10, 1), date(2025, 12, 31))
    assert preset_range("this_month", today) == (today, today)
    assert preset_range("this_year", today) == (date(2026, 1, 1), today)
    control = DateRangeControl(id="period", type="date_range", max_days=10)
    assert within((date(2026, 1, 1), date(2026, 1, 31)), control) == (date(2026, 1, 22), date(2026, 1, 31))
