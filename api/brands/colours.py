"""Colours: contrast (WCAG 2), OKLab distance, and how three kinds of colour blindness see them.

The simulation is that of Machado, Oliveira and Fernandes (2009) at full severity, in linear light; the distance is
the Euclidean one of OKLab (Ottosson 2020) times 100.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from api.errors import InvalidSettingError

Triple: TypeAlias = tuple[float, float, float]

WARN_UNDER = 8.0
REFUSE_UNDER = 4.0
LEAST_CONTRAST = 3.0  # of a mark or a control against its ground
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_SEEN: dict[str, tuple[Triple, Triple, Triple]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@dataclass(frozen=True)
class Closest:
    """The two colours of a palette that are hardest to tell apart, under which sight, and their distance."""

    first: str
    second: str
    sight: str
    distance: float


def colour_of(text: str, name: str) -> str:
    """Return a colour as #rrggbb in lower case, or say that it is none."""
    given = text.strip()
    if not _HEX.fullmatch(given):
        raise InvalidSettingError(f"The {name} must be a colour such as #0156ef, not '{given[:40]}'.")
    return given.lower()


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: str) -> str:
    """Return black or white ink, whichever reads better on a ground."""
    return max(("#ffffff", "#10151f"), key=lambda ink: contrast(ink, ground))


def closest(colours: Sequence[str]) -> Closest | None:
    """Return the closest two of a palette as the colour-blind see them; None for fewer than two colours."""
    found = [
        Closest(one, other, sight, _distance(_seen(one, sight), _seen(other, sight)))
        for sight in ("full colour", *_SEEN)
        for one, other in combinations(colours, 2)
    ]
    return min(found, key=lambda one: one.distance, default=None)


def lifted(colour: str, ground: str, least: float) -> str:
    """Return a colour that stands out enough from a dark ground: itself, or mixed with as little white as needed."""
    for share in range(0, 101, 4):
        mixed = mix("#ffffff", colour, share / 100)
        if contrast(mixed, ground) >= least:
            return mixed
    return "#ffffff"


def mix(top: str, under: str, share: float) -> str:
    """Return `share` of one colour over another."""
    pairs = zip(_channels(top), _channels(under), strict=True)
    return "#" + "".join(f"{round(255 * (one * share + two * (1 - share))):02x}" for one, two in pairs)


def _channels(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(colour: str) -> Triple:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _seen(colour: str, sight: str) -> Triple:
    """Return the OKLab coordinates of a colour under a sight."""
    light = _linear(colour)
    if sight in _SEEN:
        red, green, blue = (min(1.0, max(0.0, _dot(row, light))) for row in _SEEN[sight])
        light = red, green, blue
    long = _dot((0.4122214708, 0.5363325363, 0.0514459929), light) ** (1 / 3)
    medium = _dot((0.2119034982, 0.6806995451, 0.1073969566), light) ** (1 / 3)
    short = _dot((0.0883024619, 0.2817188376, 0.6299787005), light) ** (1 / 3)
    cones = (long, medium, short)
    return (
        _dot((0.2104542553, 0.7936177850, -0.0040720468), cones),
        _dot((1.9779984951, -2.4285922050, 0.4505937099), cones),
        _dot((0.0259040371, 0.7827717662, -0.8086757660), cones),
    )


def _dot(row: Triple, values: Triple) -> float:
    return sum(weight * value for weight, value in zip(row, values, strict=True))


def _distance(first: Triple, second: Triple) -> float:
    return 100 * float(sum((one - other) ** 2 for one, other in zip(first, second, strict=True)) ** 0.5)
