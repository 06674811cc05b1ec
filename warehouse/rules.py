"""Mapping rules of one client account: which field of a source fills a column, and which values become which.

They are YAML files in `workspaces/<slug>/rules/`. A copy lies in `state.rules`, where loads find it; what a rule says
wins over the source's own staging, for the rows of its client account only. History is made again from raw.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas import ColumnOrigin, ColumnType, Entity, SemanticModel
from warehouse.casting import RAW_SUFFIX
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.errors import InvalidRuleError
from warehouse.tables import DUCKDB_TYPES

_SEGMENT = re.compile(r"[^.\"'\\]+")
_CASTS = {
    ColumnType.TEXT: "{0}",
    ColumnType.INTEGER: "try_cast({0} as bigint)",
    ColumnType.NUMBER: "try_cast({0} as double)",
    ColumnType.FLAG: "try_cast({0} as boolean)",
    ColumnType.INSTANT: "try_cast({0} as timestamptz)::timestamp",
    ColumnType.DATE: "try_cast({0} as date)",
}


class Rule(BaseModel):
    """What one file says: for one client account, one source and one entity."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str
    source: str
    entity: str
    columns: dict[str, str] = {}  # column of the entity -> field of the source, `a.b` for a field inside an object
    values: dict[str, dict[str, str | None]] = Field(default={})  # column -> value as it comes -> value as it is kept

    @property
    def touched(self) -> tuple[str, ...]:
        """Name the columns that the rule speaks of."""
        return tuple(dict.fromkeys((*self.columns, *self.values)))


@dataclass(frozen=True)
class RuleFile:
    """A rule and where it was read from."""

    path: Path
    rule: Rule


def read_rules(folder: Path, model: SemanticModel, clients: Sequence[str]) -> tuple[RuleFile, ...]:
    """Read and check every file of a folder; the first that is wrong is named with what is wrong in it."""
    files = [RuleFile(path, _parsed(path)) for path in sorted(folder.glob("*.yaml"))]
    seen: dict[tuple[str, str, str], Path] = {}
    for file in files:
        check_rule(file, model, clients)
        place = (file.rule.client, file.rule.source, file.rule.entity)
        if place in seen:
            raise InvalidRuleError(f"{file.path}: {seen[place].name} speaks of the same rows. Put both into one file.")
        seen[place] = file.path
    return tuple(files)


def _parsed(path: Path) -> Rule:
    try:
        return Rule.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidRuleError(f"{path}: this is not YAML in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InvalidRuleError(f"{path}: {place}: {first['msg']}.") from None


def check_rule(file: RuleFile, model: SemanticModel, clients: Sequence[str]) -> None:
    """Refuse a rule about something that does not exist or that no source may fill."""
    rule = file.rule
    if rule.client not in clients:
        raise InvalidRuleError(f"{file.path}: there is no client account '{rule.client}': {', '.join(clients)}.")
    entity = model.entities.get(rule.entity)
    if entity is None or not entity.is_loadable:
        loadable = ", ".join(name for name, one in model.entities.items() if one.is_loadable)
        raise InvalidRuleError(f"{file.path}: rows of '{rule.entity}' cannot be loaded; one of {loadable} can.")
    for name in rule.touched:
        column = entity.columns.get(name)
        if column is None or column.origin is not ColumnOrigin.GIVEN or column.type not in _CASTS:
            raise InvalidRuleError(f"{file.path}: '{name}' is not a column of '{rule.entity}' that a rule can fill.")
    for name, path in rule.columns.items():
        if not all(_SEGMENT.fullmatch(part) for part in path.split(".")):
            raise InvalidRuleError(f"{file.path}: '{path}' (for '{name}') is no field; write a or a.b.")
    for name in rule.values:
        if entity.columns[name].type is not ColumnType.TEXT:
            raise InvalidRuleError(f"{file.path}: values of '{name}' are not texts, so they cannot be mapped.")


def store_rules(connection: Connection, files: Sequence[RuleFile], ids: Mapping[str, str]) -> bool:
    """Copy the rules to where loads find them, by the ids of client accounts, and tell whether anything changed."""
    if has_rules(connection, files, ids):
        return False
    connection.execute("delete from state.rules")
    for row in _rows(files, ids):
        connection.execute("insert into state.rules values ($1, $2, $3, $4)", list(row))
    return True


def has_rules(connection: Connection, files: Sequence[RuleFile], ids: Mapping[str, str]) -> bool:
    """Tell whether these rules are the ones that loads find."""
    before = connection.execute("select client_account_id, source_system, entity, rule from state.rules").fetchall()
    return sorted(tuple(str(cell) for cell in row) for row in before) == _rows(files, ids)


def _rows(files: Sequence[RuleFile], ids: Mapping[str, str]) -> list[tuple[str, ...]]:
    return sorted((ids[f.rule.client], f.rule.source, f.rule.entity, f.rule.model_dump_json()) for f in files)


def find_rule(connection: Connection, client_id: str, source: str, entity: str) -> Rule | None:
    """Return the rule about some rows."""
    found = connection.execute(
        "select rule from state.rules where client_account_id = $1 and source_system = $2 and entity = $3",
        [client_id, source, entity],
    ).fetchone()
    return None if found is None else Rule.model_validate(json.loads(found[0]))


def ruled(canonical: str, rule: Rule, entity: Entity, present: Sequence[str], fields: Sequence[str]) -> str:
    """Wrap a SELECT over `records` so that the rule's columns are those of the rule.

    `present` are the columns of the SELECT, `fields` those of the records; a field that the records lack is NULL.
    """
    replaced = {*rule.touched, *(name + RAW_SUFFIX for name in rule.touched)}
    kept = ", ".join(f"given_rows.{quote_name(name)}" for name in present if name not in replaced)
    made = []
    for name in rule.touched:
        text = _text(rule, name, present, fields)
        value = _CASTS[entity.columns[name].type].format(text)
        made.append(f"cast({value} as {DUCKDB_TYPES[entity.columns[name].type]}) as {quote_name(name)}")
        if entity.columns[name].type is not ColumnType.TEXT:
            made.append(f"case when {value} is null then {text} end as {quote_name(name + RAW_SUFFIX)}")
    return (
        f"select {kept}, {', '.join(made)} from ({canonical}) as given_rows join records as own_fields "  # noqa: S608
        "on own_fields._key is not distinct from given_rows._key "
        "and own_fields._line is not distinct from given_rows._line"
    )


def _text(rule: Rule, name: str, present: Sequence[str], fields: Sequence[str]) -> str:
    if name in rule.columns:
        text = _field(rule.columns[name], fields)
    else:
        text = f"cast(given_rows.{quote_name(name)} as varchar)" if name in present else "cast(null as varchar)"
    known = rule.values.get(name, {})
    if not known:
        return text
    cases = " ".join(f"when {quote_text(old)} then {_literal(new)}" for old, new in known.items())
    return f"(case {text} {cases} else {text} end)"


def _field(path: str, fields: Sequence[str]) -> str:
    first, *rest = path.split(".")
    if first not in fields:
        return "cast(null as varchar)"
    column = f"own_fields.{quote_name(first)}"
    inner = "".join(f'."{part}"' for part in rest)
    text = f"(try_cast({column} as json) ->> {quote_text('$' + inner)})" if rest else f"cast({column} as varchar)"
    return f"nullif(trim({text}), '')"


def _literal(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else quote_text(value)
