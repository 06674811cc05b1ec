"""Find the cells and rows of a batch that cannot be used, and put them where people see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from warehouse.casting import RAW_SUFFIX, REASONS, TEXT_SUFFIX
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.normalize import Normaliser
from warehouse.reports import Problem

_VALUE_LENGTH = 500
_RECORD_LENGTH = 100_000


@dataclass(frozen=True)
class Findings:
    """What a look at a batch's canonical rows found."""

    rows: int
    bad_rows: int
    bad_cells: dict[str, int]
    filled: dict[str, int]
    first: datetime | date | None
    last: datetime | date | None


@dataclass(frozen=True)
class BadRow:
    """A row that the reader of a file could not make a record of."""

    line: int
    reason: str
    record: str


def examine(normaliser: Normaliser, records: str, *, count_filled: bool = False) -> Findings:
    """Count the rows and cells that cannot be used, in one pass that writes nothing."""
    good = f"not ({normaliser.missing})"
    conditions = {name: normaliser.bad(name) for name in normaliser.filled}
    checked = {name: bad for name, bad in conditions.items() if bad is not None}
    counts = [f"count(*) filter (where {good} and ({bad}))" for bad in checked.values()]
    filled = [f"count({quote_name(name)})" for name in normaliser.filled] if count_filled else []
    moment = _moment(normaliser)
    span = f"min({moment}) filter (where {good}), max({moment}) filter (where {good})"
    sql = (
        f"{normaliser.given(records)} select count(*), count(*) filter (where {normaliser.missing}), "  # noqa: S608
        f"{span} {''.join(', ' + item for item in counts + filled)} from given"
    )
    row = normaliser.run(sql).fetchone()
    assert row is not None
    numbers = row[4:]
    return Findings(
        row[0],
        row[1],
        {name: number for name, number in zip(checked, numbers, strict=False) if number},
        dict(zip(normaliser.filled, numbers[len(checked) :], strict=False)),
        row[2],
        row[3],
    )


def _moment(normaliser: Normaliser) -> str:
    # What the row's date is made from: itself where it is given, else the instant of the same name.
    date_column = normaliser.entity.date
    instant = f"{date_column.rpartition('_')[0]}_at"
    return next(
        (quote_name(name) for name in (date_column, instant) if name in normaliser.filled), "cast(null as date)"
    )


def quarantine_cells(normaliser: Normaliser, records: str, findings: Findings) -> None:
    """Write the cells that `examine` found into the quarantine; their rows load without them."""
    for name in findings.bad_cells:
        normaliser.run(f"{_insert()} {normaliser.given(records)} {_cells(normaliser, name)}")


def quarantine_rows(normaliser: Normaliser, records: str, columns: Sequence[str]) -> None:
    """Write the rows that lack something required into the quarantine, whole."""
    normaliser.run(f"{_insert()} {normaliser.given(records)} {_rows(normaliser, columns)}")


def quarantine_unread(normaliser: Normaliser, rows: Sequence[BadRow]) -> None:
    """Write rows that never became records into the quarantine."""
    if not rows:
        return
    listed = [{"line": row.line, "reason": row.reason, "record": row.record[:_RECORD_LENGTH]} for row in rows]
    shape = '[{"line": "BIGINT", "reason": "VARCHAR", "record": "VARCHAR"}]'
    normaliser.run(
        f"{_insert()} select $load_id, $origin, {quote_text(normaliser.entity.name)}, $client_account_id, "  # noqa: S608
        f"bad.line, null, null, null, bad.reason, true, bad.record, $now "
        f"from (select unnest(from_json($unread, '{shape}')) as bad)",
        unread=orjson.dumps(listed).decode(),
    )


def first_problems(connection: Connection, load_id: str, limit: int = 20) -> tuple[Problem, ...]:
    """Return the first quarantined cells and rows of a load, by line."""
    rows = connection.execute(
        "select line, column_name, value, reason from state.quarantine where load_id = $1 "
        "order by line nulls last, column_name limit $2",
        [load_id, limit],
    ).fetchall()
    return tuple(Problem(*row) for row in rows)


def _insert() -> str:
    return (
        "insert into state.quarantine (load_id, origin, entity, client_account_id, line, record_key, column_name, "
        "value, reason, row_left_out, record, loaded_at)"
    )


def _cells(normaliser: Normaliser, name: str) -> str:
    return (
        f"select $load_id, $origin, {quote_text(normaliser.entity.name)}, $client_account_id, _line, _key, "  # noqa: S608
        f"{quote_text(name)}, left({_shown(normaliser, name)}, {_VALUE_LENGTH}), {_reason(normaliser, name)}, "
        f"false, null, $now from given where ({normaliser.bad(name)}) and not ({normaliser.missing})"
    )


def _rows(normaliser: Normaliser, columns: Sequence[str]) -> str:
    required = normaliser.entity.required
    accepted = [(name, f"({normaliser.accepted(name)}) is null") for name in required]
    column = " ".join(f"when {absent} then {quote_text(name)}" for name, absent in accepted)
    value = " ".join(f"when {absent} then {_shown(normaliser, name)}" for name, absent in accepted)
    reason = " ".join(f"when {absent} then {_why_missing(normaliser, name)}" for name, absent in accepted)
    fields = ", ".join(f"{quote_text(name)}, {quote_name(name)}" for name in columns)
    # A record's columns may be called like the entity's, so that only its text is joined, under names of its own.
    return (
        f"select $load_id, $origin, {quote_text(normaliser.entity.name)}, $client_account_id, given._line, given._key, "  # noqa: S608
        f"case {column} end, left(case {value} end, {_VALUE_LENGTH}), case {reason} end, true, "
        f"left(_record, {_RECORD_LENGTH}), $now from given join "
        f"(select _key as _its_key, _line as _its_line, cast(json_object({fields}) as varchar) as _record "
        "from records) on _its_key is not distinct from given._key and _its_line is not distinct from given._line "
        f"where {normaliser.missing}"
    )


def _why_missing(normaliser: Normaliser, name: str) -> str:
    bad = normaliser.bad(name)
    empty = "'is required but empty'"
    return (
        f"case when {bad} then {_reason(normaliser, name)} || ' (and is required)' else {empty} end" if bad else empty
    )


def _shown(normaliser: Normaliser, name: str) -> str:
    # The text of the cell, where the load has it: that is what a person can find in the file.
    shown = [f"given.{quote_name(name + end)}" for end in (RAW_SUFFIX, TEXT_SUFFIX) if name + end in normaliser.columns]
    return f"coalesce({', '.join([*shown, f'cast(given.{quote_name(name)} as varchar)'])})"


def _reason(normaliser: Normaliser, name: str) -> str:
    cases = []
    if name + RAW_SUFFIX in normaliser.columns:
        text = quote_text(REASONS[normaliser.entity.columns[name].type])
        cases.append(f"when given.{quote_name(name + RAW_SUFFIX)} is not null then {text}")
    cases += [f"when {check.fails} then {quote_text(check.reason)}" for check in normaliser.checks_of(name)]
    return f"case {' '.join(cases)} end"
