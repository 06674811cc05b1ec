"""The SELECT that a file's mapping stands for: from `records` (text as received) to canonical columns.

Sources write the same shape by hand in staging/<entity>.sql: `_line`, `_key`, typed columns, and beside a column
that can fail `<column>__raw`, which holds the text of a cell that has no value.
"""

from connectors import ColumnRule, RowMapping
from schemas import Entity
from warehouse.casting import (
    RAW_SUFFIX,
    TEXT_SUFFIX,
    CellRule,
    allowed_nulls,
    can_fail,
    cell_text,
    constant_value,
    mapped_text,
    typed_value,
)
from warehouse.clients import ClientAccount
from warehouse.duckdb import quote_name, quote_text

KEY_COLUMN = "source_id"


def canonical_sql(entity: Entity, mapping: RowMapping, client: ClientAccount) -> str:
    """Return the SELECT over `records` that fills the entity's given columns."""
    inner, outer = ["_line", "_key"], ["_line", "_key", f"_key as {quote_name(KEY_COLUMN)}"]
    for name, cell in cell_rules(entity, mapping, client).items():
        if name == KEY_COLUMN:
            continue
        if cell.rule.source is None:
            outer.append(f"{constant_value(cell)} as {quote_name(name)}")
            continue
        text = quote_name(f"text of {name}")
        inner.append(f"{cell_text(cell.rule)} as {text}")
        outer += _value_columns(name, text, cell)
    return f"select {', '.join(outer)} from (select {', '.join(inner)} from records)"  # noqa: S608


def cell_rules(entity: Entity, mapping: RowMapping, client: ClientAccount) -> dict[str, CellRule]:
    """Return how each mapped column is read."""
    zone = mapping.timezone or client.timezone
    currency = _currency(mapping, client)
    return {
        name: CellRule(
            entity.columns[name].type,
            rule,
            rule.timezone or zone,
            mapping.decimal_comma if rule.decimal_comma is None else rule.decimal_comma,
            currency,
        )
        for name, rule in mapping.columns.items()
    }


def key_sql(mapping: RowMapping) -> str | None:
    """Return the expression that makes a record's key, or None when the file has none."""
    columns = mapping.key_columns
    if not columns:
        return None
    return joined_key([cell_text(ColumnRule(source=name)) for name in columns])


def joined_key(texts: list[str]) -> str:
    """Return the expression of a key of several parts: joined by `|`, so that no two combinations look alike."""
    if len(texts) == 1:
        return texts[0]
    parts = (f"coalesce(replace(replace({text}, '\\', '\\\\'), '|', '\\|'), '')" for text in texts)
    joined = " || '|' || ".join(parts)
    return f"case when coalesce({', '.join(texts)}) is not null then {joined} end"


def version_sql(entity: Entity, mapping: RowMapping, client: ClientAccount) -> str:
    """Return the expression that orders two versions of one record; NULL when the file cannot tell."""
    cell = cell_rules(entity, mapping, client).get("source_updated_at")
    if cell is None or cell.rule.source is None:
        return "cast(null as bigint)"
    return f"epoch_us({typed_value(cell_text(cell.rule), cell)})"


def _value_columns(name: str, text: str, cell: CellRule) -> list[str]:
    mapped = mapped_text(text, cell.rule)
    value = typed_value(mapped if not cell.rule.values else f"({mapped})", cell)
    columns = [f"{value} as {quote_name(name)}"]
    if can_fail(cell):
        columns.append(f"{text} as {quote_name(name + TEXT_SUFFIX)}")
        wanted = text if cell.rule.values and cell.rule.otherwise == "quarantine" else mapped
        failed = f"{wanted} is not null and {value} is null"
        nulls = allowed_nulls(cell)
        if nulls:
            failed += f" and {text} not in ({', '.join(quote_text(item) for item in nulls)})"
        columns.append(f"case when {failed} then {text} end as {quote_name(name + RAW_SUFFIX)}")
    return columns


def _currency(mapping: RowMapping, client: ClientAccount) -> str:
    rule = mapping.columns.get("currency_original")
    default = quote_text(client.report_currency)
    if rule is None:
        return default
    if rule.source is None:
        return quote_text(str(rule.constant))
    return f"coalesce({quote_name('text of currency_original')}, {default})"
