"""The tracker: metrics down, months across, then change, goal and status as live formulas."""

from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from api.workbook.reading import Line, Value
from api.workbook.styles import SECONDS_A_DAY, STATUS, Styles

_TOP = 3
_NEAR = 0.05  # how far off still counts as near, as a share of the goal


def write_tracker(sheet: Worksheet, styles: Styles, head: str, months: Sequence[str], lines: Sequence[Line]) -> None:
    """Write the tab."""
    sheet.write_string(0, 0, "Tracker", styles.title)
    sheet.write_string(1, 0, head, styles.quiet)
    sheet.freeze_panes(_TOP + 1, 1)
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, len(months) + 3, 13)
    sheet.write_string(_TOP, 0, "Metric", styles.header)
    for column, month in enumerate(months, start=1):
        sheet.write_string(_TOP, column, f"{month[:4]}-{month[4:6]}", styles.header_right)
    for column, word in enumerate(("Change", "Goal", "Status"), start=len(months) + 1):
        sheet.write_string(_TOP, column, word, styles.header_right)
    for row, line in enumerate(lines, start=_TOP + 1):
        _write_line(sheet, styles, row, months, line)
    for word in STATUS:
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": styles.status(word)}
        sheet.conditional_format(_TOP + 1, len(months) + 3, _TOP + len(lines), len(months) + 3, rule)


def tracker_rows(months: Sequence[str], lines: Sequence[Line]) -> Iterator[Sequence[Value]]:
    """Give the tracker as rows of raw values, the header first."""
    yield ("metric", "label", *months, "goal")
    for line in lines:
        yield (line.metric, line.label, *(line.values.get(month) for month in months), line.goal)


def _write_line(sheet: Worksheet, styles: Styles, row: int, months: Sequence[str], line: Line) -> None:
    sheet.write_string(row, 0, line.label, styles.label)
    form, scale = styles.number(line.semantic), SECONDS_A_DAY if line.semantic == "DURATION" else 1
    for column, month in enumerate(months, start=1):
        value = line.values.get(month)
        if isinstance(value, int | float):
            sheet.write_number(row, column, value / scale, form)
        else:
            sheet.write_blank(row, column, None, form)
    end = len(months)
    now, before = xl_rowcol_to_cell(row, end), xl_rowcol_to_cell(row, max(end - 1, 1))
    goal = xl_rowcol_to_cell(row, end + 2)
    if line.semantic == "PERCENT":  # a share changes by points, never by a percentage of itself
        formula = f'=IF(OR({now}="",{before}=""),"",({now}-{before})*100)'
        sheet.write_formula(row, end + 1, formula, styles.number("NUMBER"))
    else:
        formula = f'=IF(OR({now}="",{before}="",{before}=0),"",{now}/{before}-1)'
        sheet.write_formula(row, end + 1, formula, styles.number("PERCENT"))
    if line.goal is None:
        sheet.write_blank(row, end + 2, None, form)
    else:
        sheet.write_number(row, end + 2, line.goal / scale, form)
    sheet.write_formula(row, end + 3, _status(now, goal, line.up_is_good), styles.text)


def _status(now: str, goal: str, up_is_good: bool | None) -> str:
    if up_is_good is None:
        return f'=IF({goal}="","No goal","")'
    met = f"{now}>={goal}" if up_is_good else f"{now}<={goal}"
    near = f"{now}>={goal}*(1-{_NEAR})" if up_is_good else f"{now}<={goal}*(1+{_NEAR})"
    return f'=IF({goal}="","No goal",IF({now}="","",IF({met},"On goal",IF({near},"Near goal","Off goal"))))'
