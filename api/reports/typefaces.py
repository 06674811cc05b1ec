"""Typefaces for paper and pictures: Inter comes with the product, Chinese is the system's."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

SCREEN_FONT = "InterVariable, Noto Sans, Noto Sans SC, system-ui, sans-serif"  # as in viewer/src/options/theme.ts


@dataclass(frozen=True)
class Typeface:
    """A family that is installed, and its files for regular and bold."""

    family: str
    files: tuple[str, ...]


@cache
def chinese_typeface() -> Typeface | None:
    """Return a sans-serif typeface with simplified Chinese; None if the system has none."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    found = [_match(program, f"sans-serif:lang=zh-cn:weight={weight}") for weight in ("regular", "bold")]
    faces = [face for face in found if face and "zh-cn" in face[2].split("|")]
    if not faces:
        return None
    return Typeface(faces[0][1], tuple(dict.fromkeys(face[0] for face in faces)))


def families(locale: str, font: str = "inter") -> str:
    """Return the font-family of a locale's pictures in a brand's font: Chinese text is all in the one typeface."""
    chinese, own = chinese_typeface(), main_family(font)
    if chinese is None:
        return own
    return f"{chinese.family}, {own}" if locale.startswith("zh") else f"{own}, {chinese.family}"


@cache
def main_family(font: str) -> str:
    """Return the typeface of a brand's font on paper: serif is the system's, the reader's own is ours."""
    program = shutil.which("fc-match")
    if font != "serif" or program is None:
        return "Inter"
    found = [_match(program, name) for name in ("Noto Serif", "serif:lang=el")]
    known = [one[1] for one in found if one and "serif" in one[1].lower() and "sans" not in one[1].lower()]
    return known[0] if known else "Inter"


def _match(program: str, pattern: str) -> tuple[str, str, str] | None:
    """Return file, family and languages of the face that the system would take."""
    command = [program, "-f", "%{file}\t%{family[0]}\t%{lang}", pattern]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    parts = told.stdout.split("\t")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None
