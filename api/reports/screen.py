"""Where the first rows of a report's page stand on a screen, as the viewer's app.css places them.

Lengths are CSS pixels. They are those of a usual window and of a usual phone: on another one the pictures are scaled
for the moment until the page's own charts stand there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.reports.layout import PLOTS, Box, Leaf, Line
from looker_templates import Item, Report, Row

_COLUMNS = 12
_WIDTH, _GAP, _CARD = 1312, 18, 38  # of the content at 1360, between cards, and of a card's own frame and padding
_KPI_CARD = 30  # the same of a card of one number
_PHONE_WIDTH, _PHONE_CARD, _PHONE_HALF, _PHONE_KPI = 362, 30, 175, 22
_PLOT_HEIGHTS = {"s": 176, "m": 256, "l": 356, "auto": 240}  # below the names of a card
_DONUT = 172
_SPARK = 38
_MOST_ROWS = 4  # what stands further down is below the fold


@dataclass(frozen=True)
class Slot(Box):
    """The place of one item in the page's grid; without a span it shares its row evenly."""

    span: int | None = None


def first_rows(report: Report, number: int, hidden: Collection[str], *, phone: bool) -> list[Leaf]:
    """Place the rows of a page down to its first chart; none if there is no chart so far up."""
    page = report.pages[number]
    rows = page.rows[:_MOST_ROWS]
    first = next((at for at, row in enumerate(rows) if any(item.type in PLOTS for item in row.items)), None)
    if first is None:
        return []
    lines = [Line(at, row.height, tuple(_slots(row, hidden, phone=phone))) for at, row in enumerate(rows[: first + 1])]
    return [Leaf(number, page.id, tuple(line for line in lines if line.boxes))]


def is_drawn(item: Item) -> bool:
    """Tell whether an item of the first rows is drawn by the server; the others are shown as they look while empty."""
    return item.type == "kpi" or item.type in PLOTS


def _slots(row: Row, hidden: Collection[str], *, phone: bool) -> list[Slot]:
    items = [item for item in row.items if item.id not in hidden]
    spans = _spans(items, whole=len(items) == len(row.items))
    place = _on_phone if phone else _on_desk
    return [place(item, spans[at], at, len(items), row) for at, item in enumerate(items)]


def _spans(items: Sequence[Item], *, whole: bool) -> list[int | None]:
    """Return the columns of each item; twin: viewer/src/layout.ts."""
    own = [item.span if isinstance(item.span, int) else None for item in items]
    total = sum(one or 0 for one in own)
    if whole or total == 0:
        return own
    shares = [(one or 0) * _COLUMNS / total for one in own]
    spans = [int(one) for one in shares]
    order = sorted(range(len(shares)), key=lambda at: -(shares[at] - spans[at]))
    for at in order[: _COLUMNS - sum(spans)]:
        spans[at] += 1
    return list(spans)


def _on_desk(item: Item, span: int | None, at: int, of: int, row: Row) -> Slot:  # noqa: ARG001
    width = (_WIDTH + _GAP) * (span or _COLUMNS / of) / _COLUMNS - _GAP
    return _slot(item, span, row, width, int(width) - (_KPI_CARD if item.type == "kpi" else _CARD))


def _on_phone(item: Item, span: int | None, at: int, of: int, row: Row) -> Slot:
    """Place an item under the others; numbers stand in pairs, after the first of an odd count."""
    if item.type != "kpi":
        return _slot(item, span, row, _PHONE_WIDTH, _PHONE_WIDTH - _PHONE_CARD)
    width = _PHONE_WIDTH if at == 0 and of % 2 else _PHONE_HALF
    return _slot(item, span, row, width, width - _PHONE_KPI)


def _slot(item: Item, span: int | None, row: Row, width: float, inner: int) -> Slot:
    if item.type == "kpi":
        return Slot(item, width, inner, _SPARK, span)
    if item.type not in PLOTS:
        return Slot(item, width, 0, 0, span)
    if item.type == "donut":
        return Slot(item, width, _DONUT, _DONUT, span)
    return Slot(item, width, inner, _PLOT_HEIGHTS.get(row.height, _PLOT_HEIGHTS["m"]), span)
