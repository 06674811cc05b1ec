"""Progress of loads: a bar on a terminal, plain lines anywhere else, always on standard error."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cli.output import note

if TYPE_CHECKING:
    from warehouse import OnProgress, Progress

_SECONDS_BETWEEN_LINES = 2.0


@contextmanager
def show_progress(title: str) -> "Iterator[OnProgress]":
    """Give a function that shows progress while the block runs."""
    if sys.stderr.isatty():
        with _bar(title) as shown:
            yield shown
    else:
        yield PlainLines(title).show


@contextmanager
def _bar(title: str) -> "Iterator[OnProgress]":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, amount="")

        def show(progress: "warehouse.Progress") -> None:  # type: ignore[name-defined]  # noqa: F821
            text = f"{title}: {progress.phase}" if progress.phase else title
            bar.update(task, description=text, total=progress.total, completed=progress.done, amount=_amount(progress))

        yield show


class PlainLines:
    """A line for each phase, and one every other second inside a long phase."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._phase = ""
        self._last = 0.0

    def show(self, progress: "Progress") -> None:
        """Write a line if there is something new to say."""
        moment = time.monotonic()
        if progress.phase == self._phase and moment - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._phase, self._last = progress.phase, moment
        note(f"{self._title}: {progress.phase} {_amount(progress)}".rstrip())


def _amount(progress: "Progress") -> str:
    scale, unit = (1_000_000, "MB") if progress.unit == "bytes" else (1, progress.unit)
    digits = ",.1f" if progress.unit == "bytes" else ",.0f"
    done = format(progress.done / scale, digits)
    return f"{done} {unit}" if progress.total is None else f"{done} of {format(progress.total / scale, digits)} {unit}"
