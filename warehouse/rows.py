"""Rows of a file that is not NDJSON: a line and either its cells by column or why it cannot be used."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from warehouse.quarantine import BadRow
from warehouse.reports import Problem
from warehouse.spool import Names

Record: TypeAlias = dict[str, object]


def _nothing() -> None:
    """Close nothing."""


@dataclass(frozen=True)
class Rows:
    """An open file: its columns so far, its records one after another, and how many bytes are read."""

    columns: Sequence[str]
    records: Iterator[tuple[int, Record | BadRow]]
    position: Callable[[], int]
    notes: tuple[Problem, ...] = ()
    close: Callable[[], None] = _nothing


def header_columns(cells: Sequence[str], line: int) -> tuple[list[str], tuple[Problem, ...]]:
    """Return a column for each header cell, and a note for each that had to be renamed."""
    names = Names()
    columns: list[str] = []
    notes: list[Problem] = []
    for position, cell in enumerate(cells, start=1):
        wanted = cell.strip() or f"column_{position}"
        column = names.add(wanted)
        columns.append(column)
        if column != wanted:
            notes.append(Problem(line, wanted, None, f"the header has this name before; this one is '{column}'"))
    return columns, tuple(notes)


def cells_to_record(columns: Sequence[str], cells: Sequence[object], line: int) -> Record | BadRow:
    """Return the record of a row, or why it is not one: too many cells that hold something, or too few."""
    if len(cells) == len(columns):
        return dict(zip(columns, cells, strict=True))
    if len(cells) > len(columns) and not any(cells[len(columns) :]):
        return dict(zip(columns, cells, strict=False))
    few = "few" if len(cells) < len(columns) else "many"
    shown = ",".join("" if cell is None else str(cell) for cell in cells)
    return BadRow(line, f"has too {few} cells: {len(cells)}, but the header has {len(columns)}", shown)
