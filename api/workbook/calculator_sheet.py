"""The calculators as live formulas: change a yellow cell and both figures follow."""

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from api.workbook.formulas import CALCULATORS, Calculator, Output, Unit
from api.workbook.styles import Styles

_SEMANTIC: Mapping[Unit, str] = {
    "percent": "PERCENT",
    "money": "CURRENCY",
    "number": "NUMBER",
    "seconds": "NUMBER",
    "points": "NUMBER",
}


def write_calculators(sheet: Worksheet, styles: Styles) -> None:
    """Write the tab."""
    sheet.write_string(0, 0, "Formulas", styles.title)
    sheet.write_string(1, 0, "Change the yellow cells; the figures beside them follow.", styles.quiet)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 3)
    sheet.set_column(3, 3, 30)
    sheet.set_column(4, 4, 14)
    sheet.set_column(5, 5, 52)
    row = 3
    for calculator in CALCULATORS:
        row = _write(sheet, styles, row, calculator) + 2


def _write(sheet: Worksheet, styles: Styles, row: int, calculator: Calculator) -> int:
    sheet.write_string(row, 0, calculator.title, styles.block)
    cells: dict[str, str] = {}
    for offset, one in enumerate(calculator.inputs, start=1):
        sheet.write_string(row + offset, 0, one.label, styles.text)
        sheet.write_number(row + offset, 1, one.example, styles.number("", given=True))
        cells[one.name] = xl_rowcol_to_cell(row + offset, 1)
    line = _outputs(sheet, styles, row, "Corrected", calculator.corrected, cells)
    line = _outputs(sheet, styles, line, "Simple variant", calculator.simple, cells)
    sheet.write_string(line, 3, calculator.difference, styles.quiet)
    return max(line, row + len(calculator.inputs))


def _outputs(
    sheet: Worksheet, styles: Styles, row: int, word: str, outputs: Sequence[Output], cells: Mapping[str, str]
) -> int:
    sheet.write_string(row, 3, word, styles.header)
    sheet.write_blank(row, 4, None, styles.header)
    sheet.write_string(row, 5, "Formula", styles.header)
    for offset, one in enumerate(outputs, start=1):
        sheet.write_string(row + offset, 3, one.label, styles.label)
        formula = f'=IFERROR({one.formula.format(**cells)},"")'
        sheet.write_formula(row + offset, 4, formula, styles.number(_SEMANTIC[one.unit]))
        sheet.write_string(row + offset, 5, one.words + (", in seconds" if one.unit == "seconds" else ""), styles.quiet)
    return row + len(outputs) + 1
