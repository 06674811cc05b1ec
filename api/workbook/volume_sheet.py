"""Ticket volume by day with a line chart, and by category with bars."""

from datetime import date

from xlsxwriter import Workbook

from api.workbook.reading import Table
from api.workbook.styles import ACCENT, Styles

_TOP = 3
_SHEET = "Ticket volume"


def write_volume(book: Workbook, styles: Styles, head: str, days: Table, categories: Table) -> None:
    """Write the tab."""
    sheet = book.add_worksheet(_SHEET)
    sheet.write_string(0, 0, "Ticket volume", styles.title)
    sheet.write_string(1, 0, head, styles.quiet)
    sheet.set_column(0, 0, 14)
    sheet.set_column(3, 3, 28)
    sheet.freeze_panes(_TOP + 1, 0)
    whole = styles.number("COUNT")
    for column, words in ((0, ("Day", "Tickets")), (3, ("Category", "Tickets"))):
        sheet.write_string(_TOP, column, words[0], styles.header)
        sheet.write_string(_TOP, column + 1, words[1], styles.header_right)
    for row, (day, count) in enumerate(days.rows, start=_TOP + 1):
        sheet.write_string(row, 0, _day(str(day)), styles.text)
        sheet.write_number(row, 1, float(count or 0), whole)
    ranked = sorted(categories.rows, key=lambda one: -float(one[1] or 0))
    for row, (name, count) in enumerate(ranked, start=_TOP + 1):
        sheet.write_string(row, 3, "(not set)" if name is None else str(name), styles.text)
        sheet.write_number(row, 4, float(count or 0), whole)
    if days.rows:
        _chart(book, "line", (0, 1), len(days.rows), "Tickets per day", f"G{_TOP + 1}")
    if ranked:
        _chart(book, "bar", (3, 4), min(len(ranked), 10), "Tickets by category", f"G{_TOP + 18}")


def _chart(book: Workbook, kind: str, columns: tuple[int, int], rows: int, title: str, cell: str) -> None:
    chart = book.add_chart({"type": kind})
    last = _TOP + rows
    series = {
        "categories": [_SHEET, _TOP + 1, columns[0], last, columns[0]],
        "values": [_SHEET, _TOP + 1, columns[1], last, columns[1]],
        "line": {"color": ACCENT, "width": 1.75},
        "fill": {"color": ACCENT},
    }
    chart.add_series(series)
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": kind == "line"}, "reverse": kind == "bar"})
    chart.set_size({"width": 760, "height": 320})
    sheet = book.get_worksheet_by_name(_SHEET)
    assert sheet is not None
    sheet.insert_chart(cell, chart)


def _day(text: str) -> str:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])).isoformat()
