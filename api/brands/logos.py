"""Logos: whatever is given becomes a PNG of ours, so that nothing but pixels is ever served."""

import io
import re

from PIL import Image, UnidentifiedImageError
from resvg_py import svg_to_bytes

from api.errors import InvalidSettingError

MOST_BYTES = 400_000
_MOST_PIXELS = 16_000_000
_BOX = (480, 160)  # pixels; shown at half of it
# What could reach outside of the file, or cost more than a logo may.
_UNSAFE = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<script|<foreignObject|<image|<feImage|<filter|<pattern|@import|"
    rb"href\s*=\s*[\"'](?!#)",
    re.IGNORECASE,
)


def logo_png(content: bytes) -> bytes:
    """Return a PNG of an SVG, PNG or JPEG, no larger than it is shown; anything else is refused."""
    if len(content) > MOST_BYTES:
        raise InvalidSettingError(f"The logo is larger than {MOST_BYTES // 1000} kB.")
    picture = _drawn(content) if _is_svg(content) else content
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise InvalidSettingError("The logo has more than 16 million pixels. Give a smaller one.")
            shown = opened.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise InvalidSettingError("The logo is no SVG, PNG or JPEG that can be read.") from error
    shown.thumbnail(_BOX)
    made = io.BytesIO()
    shown.save(made, "PNG", optimize=True)
    return made.getvalue()


def _is_svg(content: bytes) -> bool:
    return b"<svg" in content[:2_000].lower()


def _drawn(content: bytes) -> bytes:
    if _UNSAFE.search(content):
        raise InvalidSettingError(
            "The logo's SVG holds scripts, pictures, filters or references. Save it as plain paths, or give a PNG."
        )
    try:
        return bytes(svg_to_bytes(svg_string=content.decode("utf-8"), height=_BOX[1], skip_system_fonts=True))
    except (ValueError, RuntimeError) as error:
        raise InvalidSettingError("The logo's SVG cannot be drawn. Give a PNG.") from error
