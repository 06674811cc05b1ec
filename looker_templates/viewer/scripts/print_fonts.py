"""Makes the typeface of PDFs and pictures from the viewer's: one static font per weight, for Latin and Greek.

Printing knows no variable fonts. Run it from the repository after `npm ci`:
.venv/bin/python looker_templates/viewer/scripts/print_fonts.py
"""

import shutil
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

VIEWER = Path(__file__).parent.parent
INTER = VIEWER / "node_modules/@fontsource-variable/inter"
FONTS = VIEWER.parent / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
SUBSETS = ("latin", "latin-ext", "greek")


def main() -> None:
    """Write the fonts and their licence."""
    FONTS.mkdir(exist_ok=True)
    shutil.copyfile(INTER / "LICENSE", FONTS / "LICENSE.txt")
    with tempfile.TemporaryDirectory() as folder:
        for style, weight in WEIGHTS.items():
            parts = [_static(subset, weight, Path(folder)) for subset in SUBSETS]
            merged = Merger().merge([str(part) for part in parts])
            _add_signs(merged)
            _name(merged, style, weight)
            merged.save(FONTS / f"Inter-{style}.ttf", reorderTables=True)


def _static(subset: str, weight: int, folder: Path) -> Path:
    font = TTFont(INTER / f"files/inter-{subset}-wght-normal.woff2", recalcTimestamp=False)
    font.flavor = None
    path = folder / f"{subset}-{weight}.ttf"
    instantiateVariableFont(font, {"wght": weight}, inplace=True).save(path)
    return path


def _add_signs(font: TTFont) -> None:
    """Put together what the subsets lack of the signs in reports: at most, at least, an arrow to the right."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    up, wide = cmap[0x2191], font["hmtx"][cmap[0x2191]][0]
    box = font["glyf"][up]
    middle = ((box.xMin + box.xMax) / 2, (box.yMin + box.yMax) / 2)
    arrow = TTGlyphPen(glyphs)
    # A quarter turn to the right about the middle: x' = y, y' = -x.
    arrow.addComponent(up, (0, -1, 1, 0, round(wide / 2 - middle[1]), round(middle[1] + middle[0])))
    _add(font, 0x2192, arrow, (wide, 0))
    for code, sign in ((0x2264, "<"), (0x2265, ">")):
        pen = TTGlyphPen(glyphs)
        pen.addComponent(cmap[ord(sign)], (1, 0, 0, 1, 0, 170))
        pen.addComponent(cmap[0x2212], (1, 0, 0, 1, 0, -600))
        _add(font, code, pen, font["hmtx"][cmap[ord(sign)]])


def _add(font: TTFont, code: int, pen: TTGlyphPen, size: tuple[int, int]) -> None:
    name = f"uni{code:04X}"
    font["glyf"][name] = pen.glyph()
    font["hmtx"][name] = size
    font.setGlyphOrder([*dict.fromkeys([*font.getGlyphOrder(), name])])
    for table in font["cmap"].tables:
        table.cmap[code] = name


def _name(font: TTFont, style: str, weight: int) -> None:
    """Give a font the names by which print finds it; the file is the same whenever it is made."""
    names = {1: f"Inter {style}" if weight == 600 else "Inter", 2: "Bold" if weight == 700 else "Regular"}
    names |= {3: f"Inter {style}", 4: f"Inter {style}", 6: f"Inter-{style}", 16: "Inter", 17: style}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if weight == 700 else 0x40
    font["head"].macStyle = 1 if weight == 700 else 0
    font["head"].created = font["head"].modified = 3_800_000_000
    font.recalcTimestamp = False


if __name__ == "__main__":
    main()
