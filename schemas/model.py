"""Loads the catalogue's YAML folders and cross-checks them into one SemanticModel."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import yaml
from pydantic import ValidationError

from schemas.aliases import Aliases, build_aliases
from schemas.build import build_dataset, build_dimension, check_dimensions
from schemas.build_entities import build_entities
from schemas.build_metrics import build_metrics
from schemas.datasets import Dataset
from schemas.entities import Dimension, Entity
from schemas.entries import AliasEntry, ColumnSetEntry, DatasetEntry, DimensionEntry, EntityEntry, Entry, MetricEntry
from schemas.errors import CatalogError, DuplicateNameError, UnknownDatasetError
from schemas.metrics import AnyMetric
from schemas.text_files import find_text_files
from schemas.texts import TextLibrary, make_library
from schemas.yaml_text import read_yaml

CATALOG = Path(__file__).parent / "catalog"

EntryT = TypeVar("EntryT", bound=Entry)


@dataclass(frozen=True)
class SemanticModel:
    """Everything that the numbers mean; `version` moves when any definition changes."""

    entities: Mapping[str, Entity]
    dimensions: Mapping[str, Dimension]
    metrics: Mapping[str, AnyMetric]
    datasets: Mapping[str, Dataset]
    version: str
    texts: TextLibrary
    aliases: Aliases

    def dataset(self, name: str) -> Dataset:
        """Return a dataset or say which ones there are."""
        try:
            return self.datasets[name]
        except KeyError:
            raise UnknownDatasetError(name, self.datasets) from None


@dataclass
class _Folders:
    """Reads entries from our folder first, then from the deployment's own."""

    roots: tuple[Path, ...]
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def read(self, pattern: str, shape: type[EntryT]) -> dict[str, EntryT]:
        """Read every entry of the files that match; a name used twice is an error, not an override."""
        entries: dict[str, EntryT] = {}
        for path in self._files(pattern):
            for name, value in self._load(path).items():
                if name in entries:
                    raise DuplicateNameError(f"{path}: '{name}' is already defined in another file; choose a new id.")
                entries[name] = validated(shape, value, f"{path}: '{name}'")
        return entries

    def _files(self, pattern: str) -> Iterator[Path]:
        for root in self.roots:
            if not root.is_dir():
                raise CatalogError(f"{root}: there is no such catalogue folder.")
            yield from sorted(root.glob(pattern))

    def _load(self, path: Path) -> dict[str, object]:
        text = path.read_bytes()
        self.digest.update(text)
        try:
            content = read_yaml(text)
        except DuplicateNameError as error:
            raise DuplicateNameError(f"{path}: {error}") from None
        except yaml.YAMLError as error:
            raise CatalogError(f"{path}: this is not YAML: {error}") from error
        if not isinstance(content, dict):
            raise CatalogError(f"{path}: expected a mapping from ids to definitions.")
        return {str(key): value for key, value in content.items()}


def validated(shape: type[EntryT], value: object, where: str) -> EntryT:
    """Check one entry; what is wrong with it is said with its place."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'entry'}: {item['msg']}" for item in error.errors()
        )
        raise CatalogError(f"{where} {problems}.") from None


def load_model(*extra: Path) -> SemanticModel:
    """Load our catalogue and then the extra folders, which may add definitions but not change ours."""
    return _read((CATALOG, *extra)) if extra else _shipped()


@cache
def _shipped() -> SemanticModel:
    # What ships stays as it is while we run, and nobody can change a model: one serves all who ask.
    return _read((CATALOG,))


def _read(roots: tuple[Path, ...]) -> SemanticModel:
    folders = _Folders(roots)
    sets = folders.read("column_sets.yaml", ColumnSetEntry)
    entities = build_entities(folders.read("entities/*.yaml", EntityEntry), sets)
    dimensions = {
        name: build_dimension(name, entry) for name, entry in folders.read("dimensions.yaml", DimensionEntry).items()
    }
    metrics = build_metrics(folders.read("metrics/*.yaml", MetricEntry), entities, dimensions)
    for name in sorted(dimensions.keys() & metrics.keys()):
        raise DuplicateNameError(f"'{name}' is both a dimension and a metric; rename one of them.")
    check_dimensions(entities, dimensions)
    datasets = {
        name: build_dataset(name, entry, entities, dimensions, metrics)
        for name, entry in folders.read("datasets.yaml", DatasetEntry).items()
    }
    aliases = build_aliases(folders.read("aliases.yaml", AliasEntry), (*dimensions, *metrics))
    text_files = find_text_files(folders.roots)
    for content in text_files.all_bytes:
        folders.digest.update(content)
    return SemanticModel(
        MappingProxyType(entities),
        MappingProxyType(dimensions),
        MappingProxyType(metrics),
        MappingProxyType(datasets),
        folders.digest.hexdigest()[:16],
        make_library(text_files, dimensions, metrics, datasets),
        aliases,
    )
