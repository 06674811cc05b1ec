"""The parts of a report that a mail shows: KPIs as text, charts as pictures, the comment, how far the data go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from api.reports.brands import brand_of
from api.reports.choices import Choices, locale_of
from api.reports.comments import comments_of
from api.reports.kept import as_reported
from api.reports.layout import Box, Leaf, Line
from api.reports.sheets import make_sheets
from api.reports.standing import standing_of
from api.reports.theme import Brand, palette_of
from api.reports.typefaces import chinese_typeface
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Days, Item, Report

_WIDTH, _HEIGHT = 592, 250  # of a picture; a mail is 640 px wide
_MOST_CHARTS = 4


@dataclass(frozen=True)
class MailKpi:
    """One number as text; `tone` is good, bad or neutral, `status` the goal's word. Empty where there is none."""

    id: str
    label: str
    value: str
    change: str
    tone: str
    compared: str
    goal: str
    status: str
    status_tone: str
    summary: str


@dataclass(frozen=True)
class MailChart:
    """One chart as PNG at twice its size; `alt` states the finding."""

    id: str
    title: str
    subtitle: str
    alt: str
    png: bytes
    width: int
    height: int


@dataclass(frozen=True)
class MailComment:
    """One comment, in Markdown."""

    text: str
    author: str


@dataclass(frozen=True)
class MailParts:
    """Everything that a mail says of a report, in its locale."""

    title: str
    client: str
    period: str
    subject: str  # the template's, with {client}, {report} and {period} filled in
    kpis: tuple[MailKpi, ...]
    charts: tuple[MailChart, ...]
    commentary: tuple[MailComment, ...]
    data_until: str  # YYYY-MM-DD, empty if there are no data
    data_until_text: str
    refused: tuple[str, ...] = ()  # what is left out because its data could not be read, and why


def render_mail_parts(
    world: World,
    caller: Caller,
    report: Report,
    client: str | None,
    period: Days,
    locale: str,
    *,
    brand: Brand | None = None,
    today: date | None = None,
) -> MailParts:
    """Make what a mail shows of a report; `client` is a slug, None for all that the caller sees.

    Call it from a thread that is not the event loop's. A chart without values is left out.
    """
    choices = Choices(client=client, days=period, locale=locale_of(locale))
    with world.press.room():
        standing = as_reported(world, caller, standing_of(world, caller, report, choices, today), choices)
        palette = palette_of(report, brand or brand_of(world, standing.selection))
        comments = comments_of(world, caller, standing)
        boxes = _boxes(report)
        wanted = [box.item.id for box in boxes]
        leaves = [Leaf(0, report.pages[0].id, (Line(0, "m", tuple(boxes)),))]

        def place(hidden: Collection[str]) -> list[Leaf]:
            left = tuple(box for box in boxes if box.item.id not in hidden)
            return [Leaf(0, leaves[0].page_id, (Line(0, "m", left),))]

        sheets = make_sheets(world, caller, standing, palette, comments, only=wanted, place=place)
        parts = [sheets.parts[box.item.id] for leaf in sheets.leaves for line in leaf.lines for box in line.boxes]
        charts = tuple(_chart(world, part) for part in parts if part.get("svg"))
    words = {name: str(sheets.words[name]) for name in ("title", "client", "period", "subject", "dataUntil")}
    subject = words["subject"]
    for name, value in (("client", words["client"]), ("report", words["title"]), ("period", words["period"])):
        subject = subject.replace(f"{{{name}}}", value)
    return MailParts(
        title=words["title"],
        client=words["client"],
        period=words["period"],
        subject=subject,
        kpis=tuple(_kpi(part) for part in parts if part["type"] == "kpi" and "view" in part),
        charts=charts,
        commentary=tuple(
            MailComment(str(one["text"]), str(one["author"])) for one in chain.from_iterable(comments.values())
        ),
        data_until=sheets.data_until,
        data_until_text=words["dataUntil"],
        refused=tuple(f"{part['name'] or part['title']}: {part['told']}" for part in parts if part.get("failed")),
    )


def _boxes(report: Report) -> list[Box]:
    """List what the mail shows: what the template names, else the first KPIs and the first charts."""
    items = {item.id: item for item in report.items}
    named = [items[name] for name in (*report.mail.kpis, *report.mail.charts)]
    if not report.mail.kpis:
        named += [item for item in report.items if item.type == "kpi"][:6]
    if not report.mail.charts:
        named += [item for item in report.items if item.type in ("time_series", "column", "bar", "donut")][:2]
    return [_box(item) for item in {item.id: item for item in named}.values()]


def _box(item: Item) -> Box:
    return Box(item, _WIDTH, 0, 0) if item.type == "kpi" else Box(item, _WIDTH, _WIDTH, _HEIGHT)


def _kpi(part: Mapping[str, object]) -> MailKpi:
    view = part["view"]
    assert isinstance(view, dict)
    change, goal, compared = view["change"] or {}, view["goal"] or {}, view["compared"] or ()
    status = goal.get("status") or {}
    return MailKpi(
        id=str(part["id"]),
        label=view["label"],
        value=view["value"],
        change=change.get("text", ""),
        tone=change.get("tone", "neutral"),
        compared=" ".join(compared),
        goal=goal.get("text", ""),
        status=status.get("word", ""),
        status_tone=status.get("tone", ""),
        summary=str(part["summary"]),
    )


def _chart(world: World, part: Mapping[str, object]) -> MailChart:
    chinese = chinese_typeface()
    svg = str(part["svg"])
    high = int(float(svg.split('height="', 1)[1].split('"', 1)[0]))
    png = world.press.png(svg, zoom=2, fonts=chinese.files if chinese else ())
    title = str(part["name"] or part["title"])
    return MailChart(str(part["id"]), title, str(part["subtitle"]), str(part["summary"]), png, _WIDTH, high)
