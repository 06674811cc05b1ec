"""Writes the spreadsheet: three tabs, or one of them as CSV."""

import csv
import io
from dataclasses import dataclass

import xlsxwriter

from api.reports.choices import Choices
from api.reports.standing import standing_of
from api.workbook.calculator_sheet import write_calculators
from api.workbook.reading import Line, Table, read_trackers, read_volume
from api.workbook.styles import Styles
from api.workbook.tracker_sheet import tracker_rows, write_tracker
from api.workbook.volume_sheet import write_volume
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Report

TABS = ("tracker", "volume", "calculators")


@dataclass(frozen=True)
class Workbook:
    """A file and its name."""

    content: bytes
    name: str


@dataclass(frozen=True)
class _Numbers:
    months: list[str]
    lines: list[Line]
    days: Table
    categories: Table
    head: str
    stem: str


def make_workbook(world: World, caller: Caller, report: Report, choices: Choices) -> Workbook:
    """Return the report's numbers as an XLSX file, from a thread that is not the event loop's."""
    numbers = _read(world, caller, report, choices)
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        styles = Styles(book)
        write_tracker(book.add_worksheet("Tracker"), styles, numbers.head, numbers.months, numbers.lines)
        write_volume(book, styles, numbers.head, numbers.days, numbers.categories)
        write_calculators(book.add_worksheet("Formulas"), styles)
    return Workbook(target.getvalue(), f"{numbers.stem}.xlsx")


def make_csv(world: World, caller: Caller, report: Report, choices: Choices, tab: str) -> Workbook:
    """Return the tracker or the volume as CSV with raw values: shares as fractions, durations in seconds."""
    numbers = _read(world, caller, report, choices)
    text = io.StringIO()
    writer = csv.writer(text)
    if tab == "volume":
        writer.writerow(numbers.days.labels)
        writer.writerows(numbers.days.rows)
    else:
        writer.writerows(tracker_rows(numbers.months, numbers.lines))
    return Workbook(("\ufeff" + text.getvalue()).encode(), f"{numbers.stem}_{tab}.csv")


def _read(world: World, caller: Caller, report: Report, choices: Choices) -> _Numbers:
    standing = standing_of(world, caller, report, choices, None)
    state = standing.state
    months, lines = read_trackers(world, caller, report, state)
    days, categories = read_volume(world, caller, state.workspace, (state.start, state.end), state.client)
    who = standing.client_name or "All clients"
    head = f"{who} · {state.start:%d %b %Y} – {state.end:%d %b %Y}"
    parts = [report.id, *([state.client] if state.client else []), f"{state.start:%Y%m%d}-{state.end:%Y%m%d}"]
    return _Numbers(months, lines, days, categories, head, "_".join(parts))
