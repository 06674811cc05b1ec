"""Makes a report's PDF: data, drawing, page, print."""

import time
from dataclasses import dataclass, replace
from datetime import date

from api.people.scope import caller_for
from api.reports.brands import brand_of
from api.reports.choices import Choices
from api.reports.comments import comments_of
from api.reports.kept import as_reported
from api.reports.paper import print_css, print_html
from api.reports.sheets import make_sheets
from api.reports.standing import standing_of
from api.reports.theme import Brand, palette_of
from api.shares.pruning import shown_part
from api.telemetry import log
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Report


@dataclass(frozen=True)
class PrintedReport:
    """A PDF, and a name for its file."""

    content: bytes
    name: str


def template_of(world: World, caller: Caller, template_id: str) -> Report:
    """Return a template of the caller's workspace; through a link, what the link shows of it."""
    with world.metadata.read() as session:
        library = Library(session, caller.workspace.id)
        caller_for(caller, template_id, library.templates())
        report = library.template(template_id)
    return report if caller.share is None else shown_part(report, caller.share)


def report_pdf(
    world: World,
    caller: Caller,
    report: Report,
    choices: Choices,
    brand: Brand | None = None,
    today: date | None = None,
) -> PrintedReport:
    """Print a report for one reader, from a thread that is not the event loop's.

    Raises PressBusyError while as many reports are being made as may be, and DrawingLimitError when it takes too long.
    """
    started, caller = time.perf_counter(), caller_for(caller, report.id)
    with world.press.room():
        standing = as_reported(world, caller, standing_of(world, caller, report, choices, today), choices)
        brand = brand or brand_of(world, standing.selection)
        standing = replace(standing, font=brand.font)
        palette = palette_of(report, brand)
        sheets = make_sheets(world, caller, standing, palette, comments_of(world, caller, standing))
        drawn = time.perf_counter()
        html = print_html(world, standing, sheets, palette, brand)
        content = world.press.pdf(html, print_css(standing, sheets, palette, brand))
    log().info(
        "report printed",
        workspace=caller.workspace.slug,
        template=report.id,
        items=len(sheets.parts),
        bytes=len(content),
        drawing_ms=round((drawn - started) * 1000),
        elapsed_ms=round((time.perf_counter() - started) * 1000),
    )
    start, end = standing.state.start, standing.state.end
    client = standing.state.client if standing.client_name else None
    parts = [report.id, *([client] if client else []), f"{start:%Y%m%d}-{end:%Y%m%d}"]
    return PrintedReport(content, f"{'_'.join(parts)}.pdf")
