"""Where each item of a report stands on paper, and how large its picture is; the screen's grid in fixed sizes.

Lengths are CSS pixels, 96 to the inch.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from looker_templates import Item, Report, Row

_MM = 96 / 25.4
_PAPERS = {"A4": (297.0, 210.0), "Letter": (279.4, 215.9)}
MARGIN_MM, TOP_MM, BOTTOM_MM = 11.0, 15.0, 13.0
GAP = 11.0
_PADDING = 22.0
_HEIGHTS = {"kpi": 0, "s": 120, "m": 158, "l": 200, "auto": 166}
_SPARK = 28
_SCALES = (1.15, 1.0, 0.84)
_HEAD, _TITLES, _ROW_TITLE = 44.0, 50.0, 24.0
_USUAL = {"kpi": 112.0, "commentary": 58.0, "text": 55.0, "table": 130.0}
_MOST_GROWTH = {"bar": 1.2, "scatter": 1.2}  # they may take more than their row gives
_COLUMNS = 12
PLOTS = frozenset(
    {"time_series", "column", "combo", "bar", "donut", "heatmap", "geo", "scatter", "funnel", "bullet", "gauge",
     "waterfall", "treemap"}
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    """The place of one item: the card's width, and the size of its picture, 0 if it has none."""

    item: Item
    width: float
    plot_width: int
    plot_height: int


@dataclass(frozen=True)
class Line:
    """A row of a page; `alone` is one item over the whole width, which may run over several sheets."""

    number: int
    kind: str
    boxes: tuple[Box, ...]
    heading: float = 0.0  # what a title over the row takes

    @property
    def alone(self) -> bool:
        """Tell whether the row is one item."""
        return len(self.boxes) == 1


@dataclass(frozen=True)
class Leaf:
    """A page of the report, which takes one sheet or several."""

    number: int
    page_id: str
    lines: tuple[Line, ...]


def paper_mm(report: Report) -> tuple[float, float]:
    """Return width and height of the sheet in mm."""
    wide, high = _PAPERS[report.print.paper]
    return (wide, high) if report.print.orientation == "landscape" else (high, wide)


def leaves_of(report: Report, hidden: Collection[str]) -> list[Leaf]:
    """Place every item that is printed; those that stay share the room of hidden ones."""
    room = (paper_mm(report)[0] - 2 * MARGIN_MM) * _MM
    wanted = report.print.pages or [page.id for page in report.pages]
    high = (paper_mm(report)[1] - TOP_MM - BOTTOM_MM) * _MM - _HEAD
    leaves = []
    for number, page in enumerate(report.pages):
        tried = [[_line(at, row, room, hidden, scale) for at, row in enumerate(page.rows)] for scale in _SCALES]
        # The largest pictures of those that take the fewest sheets.
        lines = min(tried, key=lambda one: _sheets(one, high))
        if page.id in wanted:
            leaves.append(Leaf(number, page.id, tuple(line for line in lines if line.boxes)))
    return [leaf for leaf in leaves if leaf.lines]


def _sheets(lines: Sequence[Line], high: float) -> int:
    """Guess how many sheets the rows take; how long a table is, nobody knows before its data."""
    sheets, used = 1, 0.0
    for line in lines:
        need = GAP + line.heading + max((_guess(box) for box in line.boxes), default=-GAP)
        if used + need > high:
            sheets, used = sheets + 1, 0.0
        used += need
    return sheets


def _guess(box: Box) -> float:
    if box.item.type in ("kpi", "commentary", "text"):
        return _USUAL[box.item.type]
    return box.plot_height * _MOST_GROWTH.get(box.item.type, 1.0) + _TITLES if box.plot_height else _USUAL["table"]


def _line(number: int, row: Row, room: float, hidden: Collection[str], scale: float) -> Line:
    items = [item for item in row.items if item.id not in hidden]
    free = room - GAP * (len(items) - 1)
    shares = _shares(items)
    boxes = tuple(_box(item, row, free * shares[item.id], scale) for item in items)
    return Line(number, row.height, boxes, _ROW_TITLE if row.title and items else 0.0)


def _shares(items: Sequence[Item]) -> Mapping[str, float]:
    spans = [item.span if isinstance(item.span, int) else _COLUMNS / len(items) for item in items]
    return {item.id: span / sum(spans) for item, span in zip(items, spans, strict=True)}


def _box(item: Item, row: Row, width: float, scale: float) -> Box:
    if item.type == "kpi":
        return Box(item, width, int(width - _PADDING), _SPARK)
    if item.type not in PLOTS:
        return Box(item, width, 0, 0)
    inner = int(width - _PADDING)
    height = int((_HEIGHTS[row.height] or 158) * scale)
    # The parts of a donut stand beside it as text.
    return Box(item, width, min(int(inner * 0.5), 170) if item.type == "donut" else inner, height)
