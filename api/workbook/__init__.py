"""The customer-service report as a spreadsheet: tracker, ticket volume with a chart, calculators with live formulas."""

from api.workbook.making import Workbook, make_csv, make_workbook

__all__ = ["Workbook", "make_csv", "make_workbook"]
