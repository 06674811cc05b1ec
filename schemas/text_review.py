"""Compares a language with English: what is missing, what names nothing, what looks untranslated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from schemas.text_files import SECTIONS, Text, TextFile
from schemas.texts import TextLibrary, Texts


class Fault(StrEnum):
    """What can be wrong with one text."""

    MISSING = "missing"
    SURPLUS = "surplus"  # there is no such definition, or nothing to be equal to
    SAME = "same"  # word for word as in English
    PLACEHOLDER = "placeholder"  # the words in braces are not those of English


@dataclass(frozen=True)
class Finding:
    """One text that needs a person; `english` is what it says in English."""

    section: str
    id: str
    fault: Fault
    english: Text | None = None

    def __str__(self) -> str:
        """Write the finding as one line."""
        return f"{self.fault}: {self.section}.{self.id}"


def review_texts(library: TextLibrary, language: str) -> list[Finding]:
    """List every fault of a language's file, in the order of the English texts."""
    own, english = library.own(language), library.english
    found: list[Finding] = []
    for section in SECTIONS:
        found += _section(section, own, getattr(english, section))
    found += _groups(own, english)
    needless = [name for name in own.same_as_english if not _equal(name, own, english)]
    return [*found, *(Finding("same_as_english", name, Fault.SURPLUS) for name in needless)]


def _section(section: str, own: TextFile, english: Mapping[str, Text]) -> Iterator[Finding]:
    written = own.texts(section)
    for name, original in english.items():
        text = written.get(name)
        if text is None:
            yield Finding(section, name, Fault.MISSING, original)
            continue
        allowed = f"{section}.{name}" in own.same_as_english or _has_no_words(original.label)
        if text.description == original.description or (text.label == original.label and not allowed):
            yield Finding(section, name, Fault.SAME, original)
        if section == "patterns" and _placeholders(text) != _placeholders(original):
            yield Finding(section, name, Fault.PLACEHOLDER, original)
    yield from (Finding(section, name, Fault.SURPLUS) for name in written if name not in english)


def _groups(own: TextFile, english: Texts) -> Iterator[Finding]:
    for name in english.groups:
        if name not in own.groups:
            yield Finding("groups", name, Fault.MISSING, Text(name, name))
        elif own.groups[name] == name and f"groups.{name}" not in own.same_as_english and not _has_no_words(name):
            yield Finding("groups", name, Fault.SAME, Text(name, name))
    yield from (Finding("groups", name, Fault.SURPLUS) for name in own.groups if name not in english.groups)


def _equal(entry: str, own: TextFile, english: Texts) -> bool:
    """Say whether a listed entry has in fact the label that it has in English."""
    section, _, name = entry.partition(".")
    if section == "groups":
        return own.groups.get(name) == name
    if section not in SECTIONS or name not in own.texts(section):
        return False
    original: Mapping[str, Text] = getattr(english, section)
    return name in original and own.texts(section)[name].label == original[name].label


def _has_no_words(label: str) -> bool:
    """NPS, ROAS and MRR are the same everywhere, and so is a label that only repeats another."""
    return not any(letter.islower() for literal, *_ in _parsed(label) for letter in literal)


def _placeholders(text: Text) -> tuple[frozenset[str], frozenset[str]]:
    return _names(text.label), _names(text.description)


def _names(pattern: str) -> frozenset[str]:
    return frozenset(name for _, name, *_ in _parsed(pattern) if name is not None)


def _parsed(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(pattern))
    except ValueError:
        return [(pattern, "a brace that is not closed", None, None)]
