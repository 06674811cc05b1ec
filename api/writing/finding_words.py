"""Says findings again in another language: their sentences are recognised by their patterns, and made anew.

Sentences that nobody here has written, such as those of a source, stay as they came.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ENGLISH = "en"
FOLDER = Path(__file__).parent / "finding_texts"
_PART = re.compile(r"\{(\w+)\}")
_SETTINGS = ("decimal", "month", "months")
_CHANGES = ("percent", "points")  # said within a sentence
_SWAPPED = str.maketrans(".,", ",.")


@dataclass(frozen=True)
class Sentences:
    """How one language says findings; `patterns` recognise its sentences, by key."""

    decimal: str
    month: str
    months: tuple[str, ...]
    texts: Mapping[str, str]
    patterns: Mapping[str, re.Pattern[str]]


@cache
def sentences(language: str) -> Sentences:
    """Return the sentences of a language; English for one without a file."""
    path = FOLDER / f"{language}.yaml"
    if not language.isalpha() or not path.is_file():
        return sentences(ENGLISH)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    months = tuple(str(name) for name in document["months"])
    texts = {key: str(text) for key, text in document.items() if key not in _SETTINGS}
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    month = document["month"].format(name=f"(?:{names})", year=r"\d{4}")
    patterns = {key: re.compile(_pattern(text, month)) for key, text in texts.items()}
    return Sentences(str(document["decimal"]), str(document["month"]), months, texts, patterns)


def said_in(text: str, source: str, target: str, metrics: Mapping[str, str]) -> str:
    """Return a finding's sentence in another language, or as it is if it is none; `metrics` are names by names."""
    spoken, wanted = sentences(source), sentences(target)
    if spoken is wanted:
        return text
    for key, pattern in spoken.patterns.items():
        found = pattern.fullmatch(text) if key not in _CHANGES else None
        if found is None:
            continue
        parts = {name: _part(name, part, spoken, wanted, metrics) for name, part in found.groupdict().items()}
        known = {name: part for name, part in parts.items() if part is not None}
        # Another pattern may fit better where this one has taken something else for a metric.
        if len(known) == len(parts):
            return wanted.texts[key].format(**known)
    return text


def _part(name: str, part: str, spoken: Sentences, wanted: Sentences, metrics: Mapping[str, str]) -> str | None:
    match name:
        case "n" | "n_after":
            return part if spoken.decimal == wanted.decimal else part.translate(_SWAPPED)
        case "metric":
            return metrics.get(part)
        case "month":
            place, year = _month_of(part, spoken)
            return wanted.month.format(name=wanted.months[place], year=year)
        case "change":
            for key in _CHANGES:
                found = spoken.patterns[key].fullmatch(part)
                if found is not None:
                    return wanted.texts[key].format(n=_part("n", found["n"], spoken, wanted, metrics))
            return None
        case _:
            return part


def _month_of(part: str, spoken: Sentences) -> tuple[int, str]:
    """Return which month it is, from 0, and the year as it is written."""
    return next(
        (place, found[1])
        for place, name in enumerate(spoken.months)
        if (found := re.fullmatch(spoken.month.format(name=re.escape(name), year=r"(\d{4})"), part))
    )


def _pattern(text: str, month: str) -> str:
    """Return the pattern that recognises a sentence, with its parts as groups."""
    shapes = {"n": r"-?\d[\d.,]*?", "n_after": r"-?\d[\d.,]*?", "days": r"\d+", "month": month, "date": r"[\d-]{10}"}
    made, end = "", 0
    for found in _PART.finditer(text):
        made += re.escape(text[end : found.start()])
        made += f"(?P<{found[1]}>{shapes.get(found[1], '.+?')})"
        end = found.end()
    return made + re.escape(text[end:])
