"""Reads texts/<language>.yaml of our catalogue and of a deployment's own folders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from schemas.errors import CatalogError, DuplicateNameError
from schemas.yaml_text import read_yaml

ENGLISH = "en"
SECTIONS = ("dimensions", "metrics", "datasets", "patterns")

_Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader sees of a definition."""

    label: _Words
    description: _Words


class TextFile(BaseModel):
    """One language, as it is written; `same_as_english` names entries whose label is rightly equal in both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimensions: dict[str, Text] = {}
    metrics: dict[str, Text] = {}
    datasets: dict[str, Text] = {}
    groups: dict[str, _Words] = {}
    patterns: dict[str, Text] = {}
    same_as_english: tuple[str, ...] = ()

    def texts(self, section: str) -> Mapping[str, Text]:
        """Return a section whose entries have a label and a description."""
        found: Mapping[str, Text] = getattr(self, section)
        return found


@dataclass(frozen=True)
class TextFiles:
    """The bytes of every text file by language, and what was parsed of them so far."""

    contents: Mapping[str, tuple[tuple[Path, bytes], ...]]
    _read: dict[str, TextFile] = field(default_factory=dict, repr=False, compare=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """List the languages that have a file."""
        return tuple(self.contents)

    @property
    def all_bytes(self) -> Iterator[bytes]:
        """Yield everything that a version of the texts depends on."""
        for language, files in self.contents.items():
            yield language.encode()
            yield from (content for _, content in files)

    def read(self, language: str) -> TextFile:
        """Parse the files of a language, once; a language without any has no texts."""
        if language not in self._read:
            self._read[language] = _joined([_parsed(*file) for file in self.contents.get(language, ())])
        return self._read[language]


def find_text_files(roots: Iterable[Path]) -> TextFiles:
    """Take up every texts/<language>.yaml of the folders; nothing is parsed yet."""
    found: dict[str, list[tuple[Path, bytes]]] = {}
    for root in roots:
        for path in sorted(root.glob("texts/*.yaml")):
            found.setdefault(path.stem, []).append((path, path.read_bytes()))
    return TextFiles({language: tuple(found[language]) for language in sorted(found)})


def _parsed(path: Path, content: bytes) -> TextFile:
    try:
        return TextFile.model_validate(read_yaml(content) or {})
    except DuplicateNameError as error:
        raise DuplicateNameError(f"{path}, {error}") from None
    except yaml.YAMLError as error:
        raise CatalogError(f"{path}: this is not YAML: {error}") from error
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()[:5])
        raise CatalogError(f"{path}: {places}.") from None


def _joined(files: list[TextFile]) -> TextFile:
    """Add up the files of one language; a deployment's own file may not change a text of ours."""
    if len(files) == 1:
        return files[0]
    sections: dict[str, dict[str, object]] = {name: {} for name in (*SECTIONS, "groups")}
    for file in files:
        for name, merged in sections.items():
            added: Mapping[str, object] = getattr(file, name)
            twice = sorted(merged.keys() & added.keys())
            if twice:
                raise DuplicateNameError(f"The text of '{twice[0]}' ({name}) is written in two files.")
            merged.update(added)
    same = tuple(dict.fromkeys(one for file in files for one in file.same_as_english))
    return TextFile.model_validate({**sections, "same_as_english": same})
