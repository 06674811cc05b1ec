"""Sources that bring whole files, which the warehouse then imports as it imports any file."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from connectors.json_value import JsonValue
from connectors.source import Context

FileMark: TypeAlias = Mapping[str, JsonValue]  # what tells, without reading it, that a file is the one that was seen


@dataclass(frozen=True)
class FoundFile:
    """A file that is new or may have changed. With `changed` false it is the one that was seen, under a new mark."""

    name: str
    path: Path
    mark: FileMark
    changed: bool


@runtime_checkable
class BringsFiles(Protocol):
    """A source of files. The mapping is the setting `mapping` of its connection."""

    def files(self, context: Context, seen: Mapping[str, FileMark], folder: Path) -> AsyncIterator[FoundFile]:
        """Yield what is new since `seen`, the oldest first; downloads go into `folder`."""
        ...
