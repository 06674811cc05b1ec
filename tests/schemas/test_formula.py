"""The formula grammar: what it reads, how it is written for Looker Studio and for SQL, and what it refuses."""

import operator
from collections.abc import Callable

import duckdb
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dialects import DuckDBDialect
from schemas.errors import FormulaSyntaxError
from schemas.formula import (
    Binary,
    Expression,
    Name,
    Negative,
    Number,
    names_in,
    parse_formula,
    render_looker,
    render_sql,
)
from tests.looker_formula import evaluate


@pytest.mark.parametrize(
    ("text", "scale", "expected"),
    [
        ("a / b", 1, "SUM($a) / SUM($b)"),
        ("(a - b) / c", 1, "(SUM($a) - SUM($b)) / SUM($c)"),
        ("(a - b) / c", 100, "(SUM($a) - SUM($b)) / SUM($c) * 100"),
        ("a - (b - c)", 1, "SUM($a) - (SUM($b) - SUM($c))"),
        ("a - b - c", 1, "SUM($a) - SUM($b) - SUM($c)"),
        ("a / (b * c)", 1, "SUM($a) / (SUM($b) * SUM($c))"),
        ("-a + 0.5 * b", 1, "-SUM($a) + 0.5 * SUM($b)"),
        ("-(a + b)", 1, "-(SUM($a) + SUM($b))"),
        ("a - -b", 1, "SUM($a) - (-SUM($b))"),
        ("-a * b", 1, "(-SUM($a)) * SUM($b)"),
    ],
)
def test_looker_form(text: str, scale: float, expected: str) -> None:
    assert render_looker(parse_formula(text, scale)) == expected


def test_sql_divides_by_no_zero() -> None:
    tree = parse_formula("(a - b) / c", 100)
    sql = render_sql(tree, lambda name: sa.column(name, sa.Double())).compile(dialect=DuckDBDialect())
    assert str(sql) == '(("a" - "b") / nullif("c", 0)) * 100.0'


@pytest.mark.parametrize(
    "text",
    [
        *("f(a)", "a.b", "a[0]", "a if b else c", "a ** b", "a % b", "a // b", "not a", "a and b", "a < b", "'a'"),
        *("True", "+a", "a b", "a /", "", "lambda: a", "(a, b)", "a := b", "__import__('os')", "a; b", "1j"),
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(FormulaSyntaxError):
        parse_formula(text)


def test_names_are_found_in_reading_order() -> None:
    assert list(names_in(parse_formula("-(a - b) / c + a * 2"))) == ["a", "b", "c", "a"]


trees: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(st.sampled_from("abc").map(Name), st.sampled_from([2.0, 0.5, 100.0]).map(Number)),
    lambda inner: st.one_of(inner.map(Negative), st.builds(Binary, st.sampled_from("+-*/"), inner, inner)),
    max_leaves=8,
)


CALCULATE: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _value(tree: Expression, row: dict[str, float]) -> float | None:
    match tree:
        case Name(id=name):
            return row[name]
        case Number(value=value):
            return value
        case Negative(operand=operand):
            inner = _value(operand, row)
            return None if inner is None else -inner
        case Binary(operator=symbol, left=left, right=right):
            first, second = _value(left, row), _value(right, row)
            if first is None or second is None or (symbol == "/" and second == 0):
                return None
            return CALCULATE[symbol](first, second)


@settings(deadline=None, max_examples=60)
@given(tree=trees)
def test_sql_has_the_same_meaning(tree: Expression) -> None:
    """DuckDB computes the SQL form of the tree."""
    row = {"a": 7.0, "b": 3.0, "c": 11.0}
    leaves: dict[str, sa.ColumnElement[float]] = {
        name: sa.literal_column(f"cast({value} as double)", sa.Double()) for name, value in row.items()
    }
    text = str(render_sql(tree, leaves.__getitem__).compile(dialect=DuckDBDialect()))
    with duckdb.connect() as connection:
        found = connection.execute("select " + text).fetchone()
    expected = _value(tree, row)
    assert found is not None
    assert found[0] == (expected if expected is None else pytest.approx(expected))


@settings(deadline=None, max_examples=200)
@given(tree=trees)
def test_brackets_keep_the_meaning(tree: Expression) -> None:
    """Another parser reads what we wrote and comes to the same value."""
    row = {"a": 7.0, "b": 3.0, "c": 11.0}
    expected = _value(tree, row)
    own = evaluate(render_looker(tree), [dict(row)])
    assert own == (expected if expected is None else pytest.approx(expected))
