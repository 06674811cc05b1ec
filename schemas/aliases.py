"""Old ids of fields that were renamed. Reports keep asking under them and are answered under the id they asked for.

A data source remembers the ids of its last schema, and a field that is missing from the next one disappears from its
charts. So an old id stays in every schema, in a group of its own and with a description that names the new one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.checks import check_id, require
from schemas.datasets import Dataset
from schemas.entries import AliasEntry
from schemas.errors import CatalogError, DuplicateNameError


@dataclass(frozen=True)
class Alias:
    """A field's old id; `id` is the field that answers to it."""

    name: str
    id: str
    since: str
    note: str = ""


Aliases = Mapping[str, Alias]


def build_aliases(entries: Mapping[str, AliasEntry], fields: Iterable[str]) -> Aliases:
    """Check that each old id is free and usable and that its field exists."""
    known = frozenset(fields)
    for name, entry in entries.items():
        check_id(name, "Alias")
        if name in known:
            raise DuplicateNameError(f"'{name}' is a field, so it cannot be the old id of another; rename one of them.")
        if entry.id in entries:
            raise CatalogError(f"Alias '{name}': '{entry.id}' is an old id itself. Name the field that it stands for.")
        require(f"Alias '{name}'", known, [entry.id])
    return MappingProxyType(
        {name: Alias(name, entry.id, entry.since, entry.note) for name, entry in entries.items()},
    )


def current_id(aliases: Aliases, name: str) -> str:
    """Return the id of the field that a name stands for."""
    return aliases[name].id if name in aliases else name


def aliases_in(aliases: Aliases, dataset: Dataset) -> tuple[Alias, ...]:
    """List the old ids of a dataset's fields."""
    offered = frozenset(dataset.fields)
    return tuple(alias for alias in aliases.values() if alias.id in offered)
