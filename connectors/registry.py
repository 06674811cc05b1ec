"""Sources by name: ours, and those that other packages bring by the entry point group `belvedere.sources`."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.metadata import entry_points

from connectors.demo.source import DemoSource
from connectors.errors import StopError
from connectors.source import Source

ENTRY_POINTS = "belvedere.sources"

_OURS: dict[str, Callable[[], Source]] = {"demo": DemoSource}


def known_sources() -> tuple[str, ...]:
    """Return the names of all sources."""
    return tuple(sorted({*_OURS, *(name for name, _ in _third_party())}))


def find_source(name: str) -> Source:
    """Return a new source by its name."""
    makers = dict(_third_party()) | _OURS  # A third party cannot take the place of one of ours.
    if name in makers:
        return makers[name]()
    close = get_close_matches(name, makers, n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise StopError(f"There is no source '{name}'.{hint} Known: {', '.join(sorted(makers))}.", source=name)


def _third_party() -> Iterator[tuple[str, Callable[[], Source]]]:
    for point in entry_points(group=ENTRY_POINTS):
        yield point.name, point.load()
