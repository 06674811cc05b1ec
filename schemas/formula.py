"""Formulas over metric names: parsed with `ast`, written once, rendered as SQL and as a Looker formula.

The grammar is names, numbers, + - * /, unary minus and parentheses. Everything else is refused.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from schemas.errors import FormulaSyntaxError
from schemas.sql_types import DOUBLE, Sql


@dataclass(frozen=True)
class Name:
    """The value of another metric."""

    id: str


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True)
class Negative:
    """Unary minus."""

    operand: "Expression"


@dataclass(frozen=True)
class Binary:
    """One of the four operations."""

    operator: str
    left: "Expression"
    right: "Expression"


Expression = Name | Number | Negative | Binary

_SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_UNARY_STRENGTH = 3


def parse_formula(text: str, scale: float = 1) -> Expression:
    """Parse a formula; the scale becomes part of the tree, so that every rendering carries it."""
    try:
        tree = _convert(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError as error:
        raise FormulaSyntaxError(f"The formula '{text}' cannot be read: {error.msg}.") from error
    return tree if scale == 1 else Binary("*", tree, Number(scale))


def _convert(node: ast.expr) -> Expression:
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return Number(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_convert(operand))
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _SYMBOLS:
            return Binary(_SYMBOLS[type(op)], _convert(left), _convert(right))
    raise FormulaSyntaxError(
        f"'{ast.unparse(node)}' is not allowed in a formula: use metric names, numbers, + - * / and parentheses. "
        "Anything else belongs into a column that the warehouse computes."
    )


def names_in(tree: Expression) -> Iterator[str]:
    """Yield every metric name of a formula, in reading order, repeats included."""
    match tree:
        case Name(id=name):
            yield name
        case Negative(operand=operand):
            yield from names_in(operand)
        case Binary(left=left, right=right):
            yield from names_in(left)
            yield from names_in(right)


def replace_names(tree: Expression, replacement: Callable[[str], Expression]) -> Expression:
    """Put an expression in the place of every name: formulas over formulas become one tree."""
    match tree:
        case Name(id=name):
            return replacement(name)
        case Negative(operand=operand):
            return Negative(replace_names(operand, replacement))
        case Binary(operator=operator, left=left, right=right):
            return Binary(operator, replace_names(left, replacement), replace_names(right, replacement))
    return tree


def render_looker(tree: Expression) -> str:
    """Write the formula as Looker Studio wants it: `SUM($a) / SUM($b)`, with no brackets to spare."""
    match tree:
        case Name(id=name):
            return f"SUM(${name})"
        case Number(value=value):
            return f"{value:g}" if float(f"{value:g}") == value else repr(value)
        case Negative(operand=operand):
            return "-" + _bracketed(operand, _UNARY_STRENGTH)
        case Binary(operator=operator, left=left, right=right):
            strength = _STRENGTH[operator]
            return f"{_bracketed(left, strength)} {operator} {_bracketed(right, strength + 1)}"


def _bracketed(tree: Expression, needed: int) -> str:
    match tree:
        case Binary(operator=operator):
            strength = _STRENGTH[operator]
        case Negative():
            # A minus sign is bracketed unless it stands first: `a - -b` is not a formula to rely on.
            strength = _STRENGTH["-"]
        case _:
            strength = _UNARY_STRENGTH + 1
    text = render_looker(tree)
    return text if strength >= needed else f"({text})"


def render_sql(tree: Expression, leaf: Callable[[str], Sql]) -> Sql:
    """Write the formula as SQL on DOUBLE; a zero denominator gives NULL."""
    match tree:
        case Name(id=name):
            return leaf(name)
        case Number(value=value):
            return sa.literal_column(repr(float(value)), DOUBLE)
        case Negative(operand=operand):
            return -render_sql(operand, leaf)
        case Binary(operator=operator, left=left, right=right):
            first, second = render_sql(left, leaf), render_sql(right, leaf)
            match operator:
                case "+":
                    return first + second
                case "-":
                    return first - second
                case "*":
                    return first * second
            return first / sa.func.nullif(second, sa.literal_column("0"), type_=DOUBLE)
    raise AssertionError(tree)
