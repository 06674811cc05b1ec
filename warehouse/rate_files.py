"""Files of exchange rates: CSV, JSON, or the daily XML of the European Central Bank in its three lengths.

A rate says how much of `currency` one unit of `base` buys, as the bank writes it: EUR, USD, 1.0832.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from warehouse.errors import ImportFileError
from warehouse.rate_xml import PROVIDER_OF_BANK, read_xml
from warehouse.reports import Problem

MOST_BYTES = 64 * 1024 * 1024  # the bank's whole history has 8 MB

_CODE = re.compile(r"[A-Z]{3}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_SMALLEST = 1e-12
_NO_RATE = frozenset({"", "N/A", "-"})


@dataclass(frozen=True)
class Rate:
    """One rate of one day; `rate` units of `currency` for one unit of `base`."""

    day: date
    base: str
    currency: str
    rate: float
    provider: str


@dataclass(frozen=True)
class Cells:
    """One rate as a file has it: nothing is checked yet. `line` is its line, or its place in a JSON list."""

    line: int
    day: str
    base: str
    currency: str
    rate: str
    provider: str | None = None


def read_rates(path: Path, provider: str | None = None) -> tuple[list[Rate], list[Problem]]:
    """Return the good rates of a file and what is wrong with the others; `provider` wins over the file's own."""
    if path.stat().st_size > MOST_BYTES:
        raise ImportFileError(f"{path.name} is larger than {MOST_BYTES // 2**20} MB, which no file of rates is.")
    content = path.read_bytes()
    try:
        return _checked(_cells(content, path.name), provider)
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path.name} is not UTF-8 text: {error}. Save it as UTF-8.") from error
    except csv.Error as error:
        raise ImportFileError(f"{path.name} is not CSV: {error}.") from error


def _cells(content: bytes, name: str) -> Iterable[Cells]:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return [
            Cells(line, day, "EUR", code, rate, PROVIDER_OF_BANK) for line, day, code, rate in read_xml(content, name)
        ]
    return _json(content, name) if start in {b"{", b"["} else _csv(content.decode("utf-8-sig"), name)


def _csv(text: str, name: str) -> Iterator[Cells]:
    reader = csv.reader(io.StringIO(text))
    header = [cell.strip().lower() for cell in next(reader, [])]
    wide = [(place, cell.upper()) for place, cell in enumerate(header) if _CODE.fullmatch(cell.upper())]
    if "date" in header and wide and "currency" not in header:
        # The bank's own CSV has a column for each currency, all against the euro.
        for row in reader:
            for place, code in wide:
                if place < len(row) and row[place].strip() not in _NO_RATE:
                    yield Cells(reader.line_num, _at(row, header, "date"), "EUR", code, row[place], PROVIDER_OF_BANK)
        return
    missing = [wanted for wanted in ("date", "base", "currency", "rate") if wanted not in header]
    if missing:
        raise ImportFileError(
            f"{name} has no column {' or '.join(repr(item) for item in missing)}. "
            "The first line names the columns: date,base,currency,rate and, if you like, provider."
        )
    for row in reader:
        if any(cell.strip() for cell in row):
            day, base, currency, rate = (_at(row, header, item) for item in ("date", "base", "currency", "rate"))
            given = _at(row, header, "provider") if "provider" in header else ""
            yield Cells(reader.line_num, day, base, currency, rate, given or None)


def _at(row: list[str], header: list[str], name: str) -> str:
    place = header.index(name)
    return row[place].strip() if place < len(row) else ""


def _json(content: bytes, name: str) -> Iterator[Cells]:
    try:
        document = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ImportFileError(f"{name} is not JSON: {error}.") from error
    for place, item in enumerate(document if isinstance(document, list) else [document], start=1):
        if not isinstance(item, dict):
            raise ImportFileError(f"{name}: item {place} is not an object with date, base, currency and rate.")
        text = {str(key): "" if value is None else str(value) for key, value in item.items()}
        rates = item.get("rates")
        listed = rates.items() if isinstance(rates, dict) else [(text.get("currency", ""), text.get("rate", ""))]
        for currency, rate in listed:
            yield Cells(
                place,
                text.get("date", ""),
                text.get("base", ""),
                str(currency),
                str(rate),
                text.get("provider") or None,
            )


def _checked(cells: Iterable[Cells], provider: str | None) -> tuple[list[Rate], list[Problem]]:
    rates: dict[tuple[date, str, str], Rate] = {}
    problems: list[Problem] = []
    for cell in cells:
        rate = _rate(cell, provider)
        if isinstance(rate, Problem):
            problems.append(rate)
            continue
        known = rates.setdefault((rate.day, rate.base, rate.currency), rate)
        if known.rate != rate.rate:
            reason = f"is another rate for {rate.base} to {rate.currency} on {rate.day} than {known.rate:g} before"
            problems.append(Problem(cell.line, "rate", cell.rate, reason))
    return list(rates.values()), problems


def _rate(cell: Cells, provider: str | None) -> Rate | Problem:
    base, currency, day, rate = _code(cell.base), _code(cell.currency), _day(cell.day), _number(cell.rate)
    code = "is not a currency: it has three letters, such as USD"
    if base is None:
        return Problem(cell.line, "base", cell.base, code)
    if currency is None:
        return Problem(cell.line, "currency", cell.currency, code)
    if base == currency:
        return Problem(cell.line, "currency", cell.currency, "is the base itself, which is always worth itself")
    if day is None:
        return Problem(cell.line, "date", cell.day, "is not a day: write it as 2026-11-20")
    if rate is None:
        return Problem(cell.line, "rate", cell.rate, "is not a rate: it is a number above zero, with a point")
    return Rate(day, base, currency, rate, provider or cell.provider or "file")


def _code(value: str) -> str | None:
    code = value.strip().upper()
    return code if _CODE.fullmatch(code) else None


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _number(value: str) -> float | None:
    rate = float(value) if _NUMBER.fullmatch(value.strip()) else 0.0
    return rate if _SMALLEST < rate < 1 / _SMALLEST else None
