"""Writes a report's sheets as one page of HTML for paper, and prints it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from api.reports.layout import BOTTOM_MM, GAP, MARGIN_MM, TOP_MM, paper_mm
from api.reports.sheets import Sheets
from api.reports.standing import Standing
from api.reports.theme import Brand, Palette, heat_steps
from api.reports.typefaces import chinese_typeface, main_family
from api.telemetry import log
from api.world import World

_FOLDER = Path(__file__).parent / "pages"
# Not strict: the views leave out the keys of what a cell does not have.
PAGES = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def print_html(world: World, standing: Standing, sheets: Sheets, palette: Palette, brand: Brand) -> str:
    """Write the sheets as HTML; links lead back to this server."""
    needs_chinese = standing.locale.startswith("zh") and chinese_typeface() is None
    if needs_chinese:
        log().warning("no Chinese typeface", advice="apt-get install fonts-noto-cjk")
    page = PAGES.get_template("print.html")
    page.globals["colors"] = palette.series
    return page.render(
        locale=standing.locale,
        words=sheets.words,
        leaves=sheets.leaves,
        parts=sheets.parts,
        brand=brand,
        cover=standing.report.print.cover,
        live=world.settings.address,
        notes=[f"{sheets.words['noFont']} (fonts-noto-cjk)"] if needs_chinese else [],
    )


def print_css(standing: Standing, sheets: Sheets, palette: Palette, brand: Brand) -> str:
    """Write the style: sheet size, what every sheet repeats, and the client's colours."""
    words, report = sheets.words, standing.report
    wide, high = paper_mm(report)
    chinese = chinese_typeface()
    families = [main_family(brand.font), "Inter", *([chinese.family] if chinese else []), "Noto Sans", "sans-serif"]
    steps = heat_steps(palette)
    text = (_FOLDER / "print.css").read_text(encoding="utf-8")
    for name, value in {
        "FAMILIES": ", ".join(_quoted(one) if " " in one else one for one in dict.fromkeys(families)),
        "ACCENT": palette.accent,
        "FIRST": palette.series[0],
        "BARS": steps[6],
        "GAP": f"{GAP:g}",
    }.items():
        text = text.replace(name, value)
    before, between, after = (str(one) for one in _three(words["pageOf"]))
    foot = " · ".join(str(one) for one in (words["dataUntil"], words["zone"], words["exclusions"], brand.footer) if one)
    pages = f"{_quoted(before)} counter(page) {_quoted(between)} counter(pages) {_quoted(after)}"
    grey = "font-family: inherit; font-size: 7.5pt; color: #5c687a"
    heat = "\n".join(f".table .h{step} {{ background: {color}; }}" for step, color in enumerate(steps))
    head = f"{words['title']}  ·  {words['client']}"
    return f"""{text}
{heat}
@page {{
  size: {wide:g}mm {high:g}mm; margin: {TOP_MM:g}mm {MARGIN_MM:g}mm {BOTTOM_MM:g}mm;
  @top-left {{ content: {_quoted(head)}; {grey}; font-weight: 600; color: #161b26; vertical-align: middle; }}
  @top-right {{ content: {_quoted(str(words["period"]))}; {grey}; vertical-align: middle; }}
  @bottom-left {{ content: {_quoted(foot)}; {grey}; width: 82%; vertical-align: middle; }}
  @bottom-right {{ content: {pages}; {grey}; vertical-align: middle; white-space: nowrap; }}
}}
"""


def _three(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _quoted(text: str) -> str:
    """Write a text as a CSS string; what could end it is written by its number."""
    safe = (one if one.isprintable() and one not in '"\\<>{}' else f"\\{ord(one):06x}" for one in text)
    return f'"{"".join(safe)}"'
