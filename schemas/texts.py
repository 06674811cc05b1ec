"""Labels and descriptions in the reader's language. English stands beside the definitions; other languages in texts/.

What a language lacks is served in English, so a half-written file never hides a field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from schemas.text_files import ENGLISH, Text, TextFile, TextFiles

# Groups that no definition names: they are made by the schema itself.
BUILDING_BLOCKS = "Building blocks"
DEPRECATED = "Deprecated"


class Described(Protocol):
    """A definition with texts of its own."""

    @property
    def label(self) -> str:
        """Return the English name."""

    @property
    def description(self) -> str:
        """Return the English explanation."""


class Grouped(Described, Protocol):
    """A definition that stands in a group of the field list."""

    @property
    def group(self) -> str:
        """Return the English name of the group."""


@dataclass(frozen=True)
class Texts:
    """Every text of the catalogue in one language, gaps filled with English."""

    language: str
    dimensions: Mapping[str, Text]
    metrics: Mapping[str, Text]
    datasets: Mapping[str, Text]
    groups: Mapping[str, str]
    patterns: Mapping[str, Text]

    def of(self, field_id: str) -> Text:
        """Return the texts of a dimension or a metric."""
        return self.metrics[field_id] if field_id in self.metrics else self.dimensions[field_id]

    def made(self, pattern: str, text: Text, **values: str) -> Text:
        """Return the texts of something made from a field: its value a year before, its old id."""
        wording = self.patterns[pattern]
        given = {"label": text.label, "description": text.description, **values}
        return Text(wording.label.format(**given), wording.description.format(**given))


@dataclass(frozen=True)
class TextLibrary:
    """The languages of a catalogue; a file is parsed when its language is first asked for, and then kept."""

    files: TextFiles = field(repr=False)
    english: Texts = field(repr=False)
    _merged: dict[str, Texts] = field(default_factory=dict, repr=False, compare=False)

    @property
    def languages(self) -> tuple[str, ...]:
        """List the languages that the catalogue has texts in, English first."""
        return (ENGLISH, *(name for name in self.files.languages if name != ENGLISH))

    def own(self, language: str) -> TextFile:
        """Return a language as it is written, gaps and all."""
        return self.files.read(language)

    def served(self, language: str) -> Texts:
        """Return all texts in a language such as `pt` or `zh-CN`; English for one that the catalogue lacks."""
        chosen = language_of(language, self.languages)
        if chosen == ENGLISH:
            return self.english
        # Two threads may both merge; the result is the same, and the dictionary keeps one of them.
        if chosen not in self._merged:
            self._merged[chosen] = _merge(chosen, self.english, self.own(chosen))
        return self._merged[chosen]


def language_of(code: str | None, languages: Iterable[str]) -> str:
    """Choose the language for a code as browsers and Looker Studio write it (`pt-BR`, `zh_TW`); else English."""
    wanted = (code or "").strip().replace("_", "-").split("-")[0].lower()
    return wanted if wanted in tuple(languages) else ENGLISH


def make_library(
    files: TextFiles,
    dimensions: Mapping[str, Grouped],
    metrics: Mapping[str, Grouped],
    datasets: Mapping[str, Described],
) -> TextLibrary:
    """Put the English texts of the definitions and the files of the other languages together."""
    groups = [*(item.group for item in (*dimensions.values(), *metrics.values())), BUILDING_BLOCKS, DEPRECATED]
    english = Texts(
        language=ENGLISH,
        dimensions=_texts(dimensions),
        metrics=_texts(metrics),
        datasets=_texts(datasets),
        groups={name: name for name in groups},
        patterns=files.read(ENGLISH).patterns,
    )
    return TextLibrary(files, english)


def _texts(definitions: Mapping[str, Described]) -> dict[str, Text]:
    return {name: Text(item.label, item.description) for name, item in definitions.items()}


def _merge(language: str, english: Texts, own: TextFile) -> Texts:
    return Texts(
        language=language,
        dimensions={**english.dimensions, **own.dimensions},
        metrics={**english.metrics, **own.metrics},
        datasets={**english.datasets, **own.datasets},
        groups={**english.groups, **own.groups},
        patterns={**english.patterns, **own.patterns},
    )
