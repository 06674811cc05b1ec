"""The top of a report's page as the server draws it: what a reader sees while the page's own script is on its way.

It is made by the same script, from the same answers and within the same scope as the page itself, and it is left out
whenever it would have to be waited for.
"""

from api.brands.records import Brand
from api.brands.repository import Brands
from api.brands.routes import shown
from api.people.scope import caller_for
from api.reports.choices import Choices
from api.reports.kept import as_reported
from api.reports.paper import PAGES
from api.reports.screen import first_rows, is_drawn
from api.reports.sheets import make_sheets
from api.reports.standing import Standing, standing_of
from api.reports.theme import Palette
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Report

# The page's own names for its colours: they hold for light and dark and for every brand.
_COLORS = Palette(
    ink="var(--ink)",
    ink2="var(--ink-2)",
    ink3="var(--ink-3)",
    line="var(--line)",
    line2="var(--line-2)",
    surface="var(--surface)",
    accent="var(--accent)",
    good="var(--good)",
    watch="var(--watch)",
    bad="var(--bad)",
    series=tuple(f"var(--series-{number})" for number in range(1, 9)),
)


def first_view(
    world: World, caller: Caller, report: Report, choices: Choices, page_id: str | None = None, *, phone: bool = False
) -> str:
    """Return the HTML of a page's first rows down to its first chart; empty where there is no chart to show.

    Call it from a thread that is not the event loop's. Raises PressBusyError while others are drawn.
    """
    caller = caller_for(caller, report.id)
    world.limits.admit(caller.key_id, caller.limited_as)
    number = next((at for at, page in enumerate(report.pages) if page.id == page_id), 0)
    rows = first_rows(report, number, (), phone=phone)
    if not rows:
        return ""
    if not world.quick_press.is_warm:
        world.quick_press.warm()
        return ""
    with world.quick_press.room():
        standing = as_reported(world, caller, standing_of(world, caller, report, choices), choices)
        wanted = [box.item.id for line in rows[0].lines for box in line.boxes if is_drawn(box.item)]
        sheets = make_sheets(
            world,
            caller,
            standing,
            _COLORS,
            {},
            only=wanted,
            place=lambda hidden: first_rows(report, number, hidden, phone=phone),
            press=world.quick_press,
            screen={
                "workspace": caller.workspace.name,
                "page": report.pages[number].id,
                "held": _held(caller),
            },
        )
    charts = [part for part in sheets.parts.values() if part["type"] != "kpi"]
    if not any(part.get("svg") for part in charts):
        return ""
    brand = _brand(world, standing)
    return PAGES.get_template("first_view.html").render(
        leaf=sheets.leaves[0],
        parts=sheets.parts,
        words=sheets.words,
        pages=sheets.words["pages"],
        current=report.pages[number].id,
        brand=None if brand is None else shown(brand),
        wears=brand is not None and not report.theme.lock,
        demo=world.demo_key_id is not None,
        locale=standing.locale,
    )


def _held(caller: Caller) -> list[str]:
    """Name what a share link fixes: its controls are not shown."""
    share = caller.share
    return [] if share is None else [*(["days"] if share.dates is not None else []), *share.filters]


def _brand(world: World, standing: Standing) -> Brand | None:
    clients = standing.selection.clients
    with world.metadata.read() as session:
        return Brands(session, standing.selection.workspace.id).of(clients[0].id if len(clients) == 1 else None)
