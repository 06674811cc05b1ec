"""The files of the builds: what each reads, in which order they run, and their statements."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import duckdb

from warehouse.mapping_yaml import read_yaml

FOLDER = Path(__file__).parent / "build"
_OPTIONAL, _SOLE = "?", "!"


@cache
def inputs() -> Mapping[str, tuple[str, ...]]:
    """Return what each build reads."""
    return {name: tuple(item.rstrip(_OPTIONAL + _SOLE) for item in read) for name, read in _declared().items()}


@cache
def needed_inputs() -> Mapping[str, tuple[str, ...]]:
    """Return what each build cannot do without; it comes after the others too, but runs when they have failed."""
    return {
        name: tuple(item.removesuffix(_SOLE) for item in read if not item.endswith(_OPTIONAL))
        for name, read in _declared().items()
    }


@cache
def sole_input(name: str) -> str | None:
    """Return the input of a build without whose rows there are none of its own, if there is such a one."""
    return next((item.removesuffix(_SOLE) for item in _declared()[name] if item.endswith(_SOLE)), None)


@cache
def _declared() -> Mapping[str, tuple[str, ...]]:
    document = read_yaml((FOLDER / "inputs.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return {str(name): tuple(str(item) for item in listed) for name, listed in document.items()}


def ordered(reads: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the builds so that each comes after those that it reads; AssertionError if they need each other."""
    left, done = dict(reads), list[str]()
    while left:
        free = [name for name, read in left.items() if not any(item in left for item in read)]
        if not free:
            raise AssertionError(f"builds need each other: {', '.join(left)}")
        done += free
        left = {name: read for name, read in left.items() if name not in free}
    return done


def affected(reads: Mapping[str, tuple[str, ...]], changed: Iterable[str]) -> set[str]:
    """Return the builds that read one of `changed`, directly or through another build."""
    reached = set(changed)
    for name in ordered(reads):
        if reached.intersection(reads[name]):
            reached.add(name)
    return reached.intersection(reads)


def statements(name: str) -> list[str]:
    """Return the statements of a build's file; the last one is the SELECT of its rows."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return [item.query for item in duckdb.extract_statements(text)]


def is_view(name: str) -> bool:
    """Tell whether the build's rows are computed when they are read."""
    return view_file(name).exists()


def view_file(name: str) -> Path:
    """Return where the SELECT of a build that is a view would be."""
    return FOLDER / f"{name}.view.sql"


def has_file(name: str) -> bool:
    """Tell whether there is SQL that makes the build's rows."""
    return is_view(name) or (FOLDER / f"{name}.sql").exists()


def rules_hash(name: str) -> str:
    """Return what moves when the build's text has changed."""
    paths = [path for path in (view_file(name), FOLDER / f"{name}.sql") if path.exists()]
    return hashlib.sha256(b"\n".join(path.read_bytes() for path in paths)).hexdigest()[:16]
