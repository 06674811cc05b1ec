"""What a survey's question measures, told from its name and its words: survey tools know scales, not meanings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from connectors.json_value import JsonValue

Kind: TypeAlias = Literal["nps", "csat", "ces", "esat", "custom"]

FREE_MAIL = frozenset(
    (
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
        "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "mail.com", "mail.ru",
        "yandex.ru", "proton.me", "protonmail.com", "zoho.com", "qq.com", "163.com", "126.com", "orange.fr", "free.fr",
        "laposte.net", "libero.it", "wp.pl", "seznam.cz",
    )
)  # fmt: skip
_NAMED = re.compile(r"(?:^|[^a-z])(nps|csat|ces|esat)(?:[^a-z]|$)")
_SAID: tuple[tuple[str, Kind], ...] = (
    (r"recommend", "nps"),
    (r"\b(easy|easier|ease|effort)\b", "ces"),
    (r"satisf", "csat"),
)


@dataclass(frozen=True)
class Question:
    """One question. `higher_is_better` is None where nobody has said; such answers get no score."""

    id: str
    text: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    higher_is_better: bool | None = None
    display: str = "number"
    primary: bool = False

    def record(self) -> dict[str, JsonValue]:
        """Return the question as staging SQL reads it."""
        return {
            "id": self.id, "text": self.text, "kind": self.kind, "low": self.low, "high": self.high,
            "higher_is_better": self.higher_is_better, "display": self.display, "primary": self.primary,
        }  # fmt: skip


def scored(
    key: str, name: str, text: str, low: float, high: float, display: str, known: Mapping[str, Kind]
) -> Question:
    """Return a question with a scale. `known` are kinds by id or name that a person has set; they come first."""
    kind = known.get(key) or known.get(name) or _kind(name.lower(), text.lower(), low, high)
    better: bool | None = True
    if kind == "ces" and "effort" in text.lower():
        better = False
    elif kind == "ces" and not re.search(r"eas[yi]|\bease\b", text.lower()):
        better = None
    return Question(key, text, kind, low, high, better, display)


def with_primary(questions: list[Question]) -> list[Question]:
    """Mark the question that its survey is about: the first with a scale and a meaning, else the first with a scale."""
    rated = [one for one in questions if one.low is not None]
    chosen = next((one for one in rated if one.kind != "custom"), rated[0] if rated else None)
    return [replace(one, primary=one is chosen) for one in questions]


def company_domain(email: str) -> str | None:
    """Return the domain of a company's e-mail address; None for a free one."""
    name, found, domain = email.strip().lower().rpartition("@")
    return domain if name and found and "." in domain and domain not in FREE_MAIL else None


def _kind(name: str, text: str, low: float, high: float) -> Kind:
    named = _NAMED.search(name)
    if named:
        return named[1]  # type: ignore[return-value]
    for pattern, kind in _SAID:
        if re.search(pattern, text) and (kind != "nps" or (high == 10 and low in (0, 1))):
            return kind
    return "custom"
