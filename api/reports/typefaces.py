"""Typefaces for paper and pictures: Inter comes with the product, Chinese is the system's."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache


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


def families(locale: str) -> str:
    """Return the font-family of a locale's pictures: Chinese text is all in the one typeface."""
    chinese = chinese_typeface()
    if chinese is None:
        return "Inter"
    return f"{chinese.family}, Inter" if locale.startswith("zh") else f"Inter, {chinese.family}"


def _match(program: str, pattern: str) -> tuple[str, str, str] | None:
    """Return file, family and languages of the face that the system would take."""
    command = [program, "-f", "%{file}\t%{family[0]}\t%{lang}", pattern]
    told = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    parts = told.stdout.split("\t")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None
