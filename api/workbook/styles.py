"""The cell formats of the spreadsheet, by kind of number."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "Calibri"
INK, QUIET, LINE, ACCENT = "#161b26", "#5c687a", "#e3e7ed", "#0156ef"
STATUS = {"On goal": "#0b7a4b", "Near goal": "#8a5a00", "Off goal": "#b3261e"}

# Excel's own number formats; a duration is kept in seconds and shown in hours and minutes.
_FORMATS = {
    "PERCENT": "0.0%",
    "DURATION": "[h]:mm",
    "NUMBER": "#,##0.0",
    "COUNT": "#,##0",
}
SECONDS_A_DAY = 86_400


class Styles:
    """Makes each format once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.title = self._made(bold=True, font_size=16)
        self.quiet = self._made(font_color=QUIET)
        self.header = self._made(bold=True, font_color=QUIET, bottom=1, bottom_color=LINE)
        self.header_right = self._made(bold=True, font_color=QUIET, bottom=1, bottom_color=LINE, align="right")
        self.label = self._made(bold=True, bottom=1, bottom_color=LINE)
        self.text = self._made(bottom=1, bottom_color=LINE)
        self.wrapped = self._made(font_color=QUIET, text_wrap=True, valign="top")
        self.block = self._made(bold=True, font_size=12, font_color=ACCENT)
        self._numbers: dict[tuple[str, bool], Format] = {}

    def number(self, semantic: str, *, given: bool = False) -> Format:
        """Return the format of a kind of number; `given` marks a cell that a person fills in."""
        key = (semantic, given)
        if key not in self._numbers:
            shape = _FORMATS.get(semantic) or ("#,##0.00" if semantic.startswith("CURRENCY") else "#,##0.##")
            extra: dict[str, object] = {"bg_color": "#fff7df"} if given else {}
            self._numbers[key] = self._made(num_format=shape, align="right", bottom=1, bottom_color=LINE, **extra)
        return self._numbers[key]

    def status(self, word: str) -> Format:
        """Return the format of a status word."""
        return self._made(font_color=STATUS.get(word, QUIET), bold=True)

    def _made(self, **properties: object) -> Format:
        return self._book.add_format({"font_name": FONT, "font_color": INK, **properties})
