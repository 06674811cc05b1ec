"""Personal data: which dimensions carry it, and how its values are shown to whoever asks."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

HIDDEN_VALUE = "(hidden)"
PSEUDONYM_PREFIX = "p-"
PSEUDONYM_DIGITS = 12  # of a SHA-256 in hex


_PSEUDONYM = re.compile(f"{PSEUDONYM_PREFIX}[0-9a-f]{{{PSEUDONYM_DIGITS}}}")


class Personal(StrEnum):
    """What a dimension tells of a person."""

    EMAIL = "email"
    NAME = "name"
    TEXT = "text"  # free words, which may name anybody


class Showing(StrEnum):
    """What is shown instead of the values of personal dimensions."""

    SHOWN = "shown"
    HIDDEN = "hidden"  # one word for all of them
    HASHED = "hashed"  # a pseudonym for each


@dataclass(frozen=True)
class PersonalData:
    """How personal data is shown; `key` is the workspace's secret, without which nobody can guess a pseudonym."""

    showing: Showing = Showing.SHOWN
    key: str = field(default="", repr=False)

    def masked(self, value: str) -> str:
        """Return what stands for a value, as the compiled SQL writes it; what is masked already stays."""
        if value == HIDDEN_VALUE or _PSEUDONYM.fullmatch(value):
            return value
        match self.showing:
            case Showing.HIDDEN:
                return HIDDEN_VALUE
            case Showing.HASHED:
                digest = hashlib.sha256((self.key + value).encode()).hexdigest()
                return PSEUDONYM_PREFIX + digest[:PSEUDONYM_DIGITS]
        return value


IN_FULL = PersonalData()
