"""Propose a mapping for a file, from its header and its first rows, and write it out for a person to check."""

import tempfile
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import orjson
import yaml

from connectors import ColumnRule
from schemas import ColumnOrigin, ColumnType, Entity
from warehouse.duckdb import open_scratch
from warehouse.errors import ImportFileError
from warehouse.files import FileKind, Reading, file_kind, open_rows
from warehouse.mapping import Mapping, Mode
from warehouse.sniffing import Guess, looks_like_instants, sniff
from warehouse.synonyms import SYNONYMS, plain

_SAMPLE_ROWS = 1_000
_NEWLINE = "\n"


@dataclass(frozen=True)
class Proposal:
    """A mapping, what to check in it, and the columns of the file that it does not use."""

    mapping: Mapping
    doubts: dict[str, str] = field(default_factory=dict)  # canonical column -> sentence
    unmapped: tuple[str, ...] = ()
    examples: dict[str, str] = field(default_factory=dict)  # source column -> a value


def propose_mapping(path: Path, entity: Entity, *, source: str = "file", reading: Reading | None = None) -> Proposal:
    """Propose how the columns of a file become columns of an entity."""
    samples = _samples(path, reading or Reading())
    pairs, doubts = _pair(entity, samples)
    rules: dict[str, ColumnRule] = {}
    for name, column in pairs.items():
        guess = sniff(entity.columns[name].type, samples[column])
        if guess.doubt and name not in doubts:
            doubts[name] = guess.doubt
        rules[name] = _rule(column, guess)
    key = pairs.get("source_id")
    if key is not None and len(set(samples[key])) < len(samples[key]):
        doubts["source_id"] = f"'{key}' is not unique in the first rows"
    mapping = Mapping(entity=entity.name, source=source, mode=Mode.UPSERT if key else Mode.APPEND, columns=rules)
    used = set(pairs.values())
    examples = {column: values[0] for column, values in samples.items() if values}
    return Proposal(mapping, doubts, tuple(column for column in samples if column not in used), examples)


def _samples(path: Path, reading: Reading) -> dict[str, list[str]]:
    kind = file_kind(path)
    samples: dict[str, list[str]] = {}
    if kind is FileKind.NDJSON:
        with path.open("rb") as source:
            for line in islice(source, _SAMPLE_ROWS):
                try:
                    record = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
                except orjson.JSONDecodeError:
                    continue
                if isinstance(record, dict):
                    _add(samples, record)
    else:
        with tempfile.TemporaryDirectory() as name, open_scratch(Path(name)) as connection:
            rows = open_rows(path, kind, reading, connection, Path(name))
            samples = {column: [] for column in rows.columns}
            try:
                for _, cells in islice(rows.records, _SAMPLE_ROWS):
                    if isinstance(cells, dict):
                        _add(samples, cells)
            finally:
                rows.close()
    if not samples:
        raise ImportFileError(f"{path.name} has no columns that could be mapped.")
    return samples


def _add(samples: dict[str, list[str]], record: dict[str, object]) -> None:
    for name, value in record.items():
        values = samples.setdefault(name, [])
        if value is None or isinstance(value, dict | list):
            continue
        text = ("true" if value else "false") if isinstance(value, bool) else str(value).strip()
        if text:
            values.append(text)


def _pair(entity: Entity, samples: dict[str, list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    given = [name for name, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN]
    synonyms = SYNONYMS.get(entity.name, {})
    free = {plain(column): column for column in reversed(list(samples))}
    pairs: dict[str, str] = {}
    for exact in (True, False):
        for name in given:
            if name not in pairs:
                column = _find(free, [name, *synonyms.get(name, ())], exact=exact)
                if column is not None and _plausible(entity.columns[name].type, samples[column]):
                    pairs[name] = free.pop(plain(column))
    doubts: dict[str, str] = {}
    if "created_at" in entity.required and "created_at" not in pairs:
        column = next((item for item in free.values() if looks_like_instants(samples[item])), None)
        if column is not None:
            pairs["created_at"] = column
            doubts["created_at"] = "taken because its values are dates; is it when the customer wrote?"
    return {name: pairs[name] for name in given if name in pairs}, doubts


def _find(free: dict[str, str], names: list[str], *, exact: bool) -> str | None:
    for name in map(plain, names):
        if name in free:
            return free[name]
        if not exact and len(name) > 6:
            close = get_close_matches(name, free, n=1, cutoff=0.9)
            if close:
                return free[close[0]]
    return None


def _plausible(kind: ColumnType, values: list[str]) -> bool:
    return kind is not ColumnType.INSTANT or not values or not sniff(kind, values).doubt.startswith("the format")


def _rule(column: str, guess: Guess) -> ColumnRule:
    return ColumnRule(source=column, format=guess.formats, decimal_comma=guess.decimal_comma or None)


def dump_mapping(proposal: Proposal | Mapping) -> str:
    """Return the mapping as YAML, with comments on what to check."""
    found = proposal if isinstance(proposal, Proposal) else Proposal(proposal)
    mapping = found.mapping
    head = mapping.model_dump(mode="json", exclude_defaults=True, exclude={"columns"}, by_alias=True)
    lines = [
        _line(name, value) for name, value in ({"entity": mapping.entity, "mode": mapping.mode.value} | head).items()
    ]
    if mapping.timezone is None and isinstance(proposal, Proposal):
        lines.append("# timezone: Europe/Athens   # of times without an offset; otherwise the client account's")
    lines.append("columns:")
    for name, rule in mapping.columns.items():
        doubt = found.doubts.get(name)
        lines.append(f"  {_line(name, _short(rule))}" + (f"   # CHECK: {' '.join(doubt.split())}" if doubt else ""))
    lines += [f"  # {name}:   # CHECK: required, but no column looked like it" for name in _missing(found)]
    if found.unmapped:
        lines.append("# Columns of the file that are kept as received but not used:")
        for column in found.unmapped:
            example = found.examples.get(column)
            # A comment must not end before its line does.
            lines.append(f"#   {' '.join(column.split())}" + (f"   e.g. {example[:60]!r}" if example else ""))
    return "\n".join(lines) + "\n"


def _missing(found: Proposal) -> list[str]:
    return [name for name in ("created_at",) if name not in found.mapping.columns and found.examples]


def _short(rule: ColumnRule) -> object:
    fields = rule.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    if "format" in fields and len(rule.format) == 1:
        fields["format"] = rule.format[0]
    return rule.source if list(fields) == ["from"] else fields


def _line(name: str, value: object) -> str:
    flow = isinstance(value, dict | list)
    text = yaml.safe_dump(value, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=10_000)
    # YAML ends a bare scalar with a line of dots.
    return f"{name}: {text.removesuffix(_NEWLINE).removesuffix(_NEWLINE + '...')}"


def write_mapping(path: Path, proposal: Proposal) -> None:
    """Write a proposal to a file that does not exist yet."""
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(dump_mapping(proposal))
    except FileExistsError as error:
        raise ImportFileError(f"{path} exists; a proposal never takes the place of a file.") from error
