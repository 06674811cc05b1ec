"""What the configuration page says, in the person's language: texts/<language>.yaml, gaps filled with English."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

ENGLISH = "en"
FOLDER = Path(__file__).parent / "texts"

Phrases = Mapping[str, str]


def phrases(language: str, folder: Path = FOLDER) -> Phrases:
    """Return every phrase in a language; English for what it lacks."""
    return {**own_phrases(ENGLISH, folder), **own_phrases(language, folder)}


@cache
def own_phrases(language: str, folder: Path = FOLDER) -> Phrases:
    """Return the phrases that a language has of its own; none if it has no file."""
    path = folder / f"{language}.yaml"
    if not language.isalpha() or not path.is_file():
        return {}
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {str(key): str(text) for key, text in document.items()}


def phrase_faults(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """Return each phrase that a language lacks, has in vain or left in English, and what is wrong with it."""
    own, english = own_phrases(language, folder), own_phrases(ENGLISH, folder)
    faults = {key: "missing" for key in english if key not in own}
    faults |= {key: "surplus" for key in own if key not in english}
    return faults | {key: "same" for key, text in english.items() if own.get(key) == text and " " in text}
