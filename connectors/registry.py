"""Sources by name: each folder here with a `source.py`, and those that other packages bring by entry points."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from connectors.errors import StopError
from connectors.source import Source

ENTRY_POINTS = "belvedere.sources"

_HERE = Path(__file__).parent


def known_sources() -> tuple[str, ...]:
    """Return the names of all sources."""
    return tuple(sorted({*_ours(), *(name for name, _ in _third_party())}))


def find_source(name: str) -> Source:
    """Return a new source by its name."""
    if name in _ours():  # A third party cannot take the place of one of ours.
        made: Source = import_module(f"connectors.{name}.source").SOURCE()
        return made
    makers = dict(_third_party())
    if name in makers:
        return makers[name]()
    known = known_sources()
    close = get_close_matches(name, known, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise StopError(f"There is no source '{name}'.{hint} Known: {', '.join(known)}.", source=name)


@cache
def _ours() -> frozenset[str]:
    return frozenset(path.parent.name for path in _HERE.glob("[a-z]*/source.py"))


def _third_party() -> Iterator[tuple[str, Callable[[], Source]]]:
    for point in entry_points(group=ENTRY_POINTS):
        yield point.name, point.load()
