"""Writes the same ticket rows as every kind of file that can be imported."""

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

Cell = str | int | float | bool | datetime | None
HEADER = ("Ticket", "Created", "Solved", "Subject", "Replies", "Cost", "Escalated", "City")
CITIES = ("Athens", "Zürich", "São Paulo", "Łódź", "東京", "")
FORMATS = {"source_id": "Ticket", "created_at": "Created", "solved_at": "Solved", "subject": "Subject",
           "public_agent_replies": "Replies", "handle_cost_original": "Cost", "is_escalated": "Escalated",
           "city": "City"}  # fmt: skip


def sample_rows(count: int = 210) -> list[list[Cell]]:
    """Return typed rows with everything that is hard to write: quotes, line breaks, separators, empty cells."""
    start = datetime(2025, 3, 1, 8, 0)  # noqa: DTZ001
    subjects = ("plain", 'she said "no"', "one, two; three | four\tfive", "first line\nsecond line", "ünïcode 🙂", None)
    rows: list[list[Cell]] = []
    for number in range(count):
        created = start + timedelta(hours=7 * number, minutes=number % 60)
        solved = None if number % 5 == 0 else created + timedelta(minutes=13 * number + 1)
        replies = None if number % 11 == 0 else number % 7
        cost = None if number % 13 == 0 else number * 0.25
        escalated = None if number % 17 == 0 else number % 3 == 0
        city = CITIES[number % len(CITIES)] or None
        rows.append([f"T-{number:04}", created, solved, subjects[number % 6], replies, cost, escalated, city])
    return rows


def text_of(cell: Cell) -> str:
    """Return a cell as people write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def delimited(mark: str, end: str = "\n", encoding: str = "utf-8") -> Callable[[Path, list[list[Cell]]], None]:
    """Return a writer of delimited text."""

    def write(path: Path, rows: list[list[Cell]]) -> None:
        with path.open("w", newline="", encoding=encoding) as out:
            writer = csv.writer(out, delimiter=mark, lineterminator=end)
            writer.writerow(HEADER)
            writer.writerows([text_of(cell) for cell in row] for row in rows)

    return write


def objects(rows: list[list[Cell]]) -> list[dict[str, object]]:
    """Return rows as JSON objects; times as text, the rest typed, and empty cells left out now and then."""
    made: list[dict[str, object]] = []
    for number, row in enumerate(rows):
        pairs = zip(HEADER, row, strict=True)
        values = {name: cell.isoformat() if isinstance(cell, datetime) else cell for name, cell in pairs}
        made.append({name: cell for name, cell in values.items() if cell is not None or number % 2})
    return made


def ndjson(path: Path, rows: list[list[Cell]]) -> None:
    """Write one object a line."""
    path.write_text("".join(json.dumps(item) + "\n" for item in objects(rows)), encoding="utf-8")


def json_array(path: Path, rows: list[list[Cell]]) -> None:
    """Write one array of objects."""
    path.write_text(json.dumps(objects(rows), ensure_ascii=False, indent=1), encoding="utf-8")


def json_object(path: Path, rows: list[list[Cell]]) -> None:
    """Write an object that holds the one array, as APIs answer."""
    path.write_text(json.dumps({"count": len(rows), "tickets": objects(rows), "next": None}), encoding="utf-8")


def parquet(path: Path, rows: list[list[Cell]]) -> None:
    """Write typed columns."""
    kinds = ("varchar", "timestamp", "timestamp", "varchar", "integer", "decimal(18, 2)", "boolean", "varchar")
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(HEADER, kinds, strict=True))
        connection.execute(f"create table made ({columns})")
        connection.executemany("insert into made values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute(f"copy made to '{path}' (format parquet)")


def xlsx(path: Path, rows: Sequence[Sequence[Cell]], header: Sequence[str] = HEADER, sheet: str = "Tickets") -> None:
    """Write a small workbook: dates are real date cells, numbers and booleans are typed, empty cells are absent."""
    lines = [_sheet_row(1, list(header))]
    lines += [_sheet_row(number, list(row)) for number, row in enumerate(rows, start=2)]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')


def _sheet_row(number: int, cells: list[Cell]) -> str:
    inner = "".join(_sheet_cell(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(cells))
    return f'<row r="{number}">{inner}</row>'


def _sheet_cell(place: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, datetime):
        days = (cell - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
        return f'<c r="{place}" s="1"><v>{days:.9f}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'


WRITERS: dict[str, Callable[[Path, list[list[Cell]]], None]] = {
    "comma.csv": delimited(","),
    "semicolon.csv": delimited(";"),
    "tab.csv": delimited("\t"),
    "pipe.csv": delimited("|"),
    "crlf.csv": delimited(",", "\r\n"),
    "bom.csv": delimited(";", "\r\n", "utf-8-sig"),
    "utf16.csv": delimited("\t", "\r\n", "utf-16"),
    "plain.txt": delimited(";"),
    "tabs.tsv": delimited("\t"),
    "lines.ndjson": ndjson,
    "lines.jsonl": ndjson,
    "lines.json": ndjson,
    "array.json": json_array,
    "object.json": json_object,
    "typed.parquet": parquet,
    "sheet.xlsx": xlsx,
}
