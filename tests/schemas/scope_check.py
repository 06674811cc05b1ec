"""Finds, in the text of a compiled statement, tables that are read without the caller's client accounts."""

from collections.abc import Iterator, Mapping, Sequence

import sqlglot
from sqlglot import exp

from schemas import Compiled, SemanticModel, planned_rollups

ACCOUNT = "client_account_id"
CALENDAR = "calendar"  # days and their names, the same for everybody
# Every relation of a workspace that holds rows, and the columns that say whether a row is shown.
Listed = Mapping[str, set[str]]


def listed_by(model: SemanticModel) -> Listed:
    """Name the columns that hide rows, by table; a rollup has those of its entity."""
    found: dict[str, set[str]] = {}
    for entity in model.entities.values():
        tables = [entity.table, *(rollup.table for rollup in planned_rollups(entity, model.metrics))]
        for table in tables:
            found.setdefault(table, set()).add(entity.listed_by)
    return found


def tree_of(compiled: Compiled) -> exp.Expr:
    """Read the statement."""
    return sqlglot.parse_one(compiled.sql, dialect="duckdb")


def reads(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield every place where rows are read, however deep it lies; what a subquery is called is no table."""
    named = {one.alias_or_name for one in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if (table.db, table.name) != ("normalised", CALENDAR) and (table.db or table.name not in named):
            yield table


def unscoped(tree: exp.Expr, parameters: Sequence[object], scope: frozenset[str], listed: Listed) -> list[str]:
    """List the reads that lack the scope or the flag of hidden rows as conditions of their own SELECT."""
    missing = []
    for table in reads(tree):
        select = table.find_ancestor(exp.Select)
        found = select is not None and table.db == "normalised" and table.name in listed and _alone(select)
        terms = _terms(select) if select is not None else []
        if not (
            found
            and any(_is_scope(term, parameters, scope) for term in terms)
            and (not scope or any(_is_flag(term, listed[table.name]) for term in terms))
        ):
            missing.append((select or table).sql(dialect="duckdb")[:200])
    return missing


def _alone(select: exp.Select) -> bool:
    """Say whether a SELECT reads one table, and joins no other: what a subquery reads is looked at there."""
    joined = [join.this for join in select.args.get("joins") or ()]
    return isinstance(select.args["from_"].this, exp.Table) and not any(isinstance(one, exp.Table) for one in joined)


def _terms(select: exp.Select) -> list[exp.Expr]:
    """Return what must be true of every row: an OR, or a NOT, is one term."""
    where = select.args.get("where")
    if where is None:
        return []
    return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]


def _is_flag(term: exp.Expr, flags: set[str]) -> bool:
    """Say whether a term is the flag of hidden rows, or one of the flags where a table has several."""
    inner = term.unnest()
    either = list(inner.flatten()) if isinstance(inner, exp.Or) else [inner]
    return all(isinstance(one, exp.Column) and one.name in flags for one in either)


def _is_scope(term: exp.Expr, parameters: Sequence[object], scope: frozenset[str]) -> bool:
    """Say whether a term is `account in (the caller's)`, with the caller's accounts bound and no others."""
    if not scope:
        return isinstance(term, exp.Boolean) and not term.this
    if isinstance(term, exp.In):
        account, values = term.this, term.expressions
    elif isinstance(term, exp.ArrayContains):
        account, values = term.expression, term.this.expressions
    elif isinstance(term, exp.EQ):
        account, values = term.this, [term.expression]
    else:
        return False
    if not isinstance(account, exp.Column) or account.name != ACCOUNT:
        return False
    bound = [parameters[int(value.this) - 1] for value in values if isinstance(value, exp.Placeholder)]
    return len(bound) == len(values) and set(bound) == scope
