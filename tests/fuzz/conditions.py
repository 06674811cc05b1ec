"""One condition on a dimension, chosen among those that its kind and its values know."""

import re
from collections.abc import Sequence

from tests.looker_filters import Clause
from tests.looker_formula import Value

_TEXT = ("EQUALS", "IN_LIST", "CONTAINS", "REGEXP_PARTIAL_MATCH", "REGEXP_EXACT_MATCH", "IS_NULL")
_ORDERED = (
    "EQUALS", "BETWEEN", "NUMERIC_GREATER_THAN", "NUMERIC_GREATER_THAN_OR_EQUAL", "NUMERIC_LESS_THAN",
    "NUMERIC_LESS_THAN_OR_EQUAL", "IS_NULL", "IN_LIST",
)  # fmt: skip
_YES_OR_NO = ("EQUALS", "IN_LIST", "IS_NULL")
_IN_ORDER = ("YEAR", "HOUR", "DAY_OF_WEEK", "NUMBER")


def condition(name: str, kind: str, values: Sequence[Value], pick: int, sign: str) -> Clause:
    """Choose a condition by a number: a condition, then a value or two of those that there are."""
    operators = _YES_OR_NO if kind == "BOOLEAN" else _ORDERED if kind.startswith(_IN_ORDER) else _TEXT
    pick, place = divmod(pick, len(operators))
    operator, known = operators[place], sorted((one for one in values if one is not None), key=str)
    if operator == "IS_NULL" or not known:
        return {"fieldName": name, "operator": "IS_NULL", "type": sign, "values": []}
    rest, place = divmod(pick, len(known))
    chosen = [known[place], known[rest % len(known)]]
    match operator:
        case "BETWEEN":
            chosen.sort(key=float if kind == "NUMBER" else str)
        case "CONTAINS":
            chosen = [str(chosen[0])[1:4]]
        case "REGEXP_PARTIAL_MATCH" | "REGEXP_EXACT_MATCH":
            chosen = [re.sub(r"\W", ".", str(chosen[0]))]
        case "IN_LIST":
            pass
        case _:
            chosen = chosen[:1]
    written = [str(one).lower() if isinstance(one, bool) else str(one) for one in chosen]
    return {"fieldName": name, "operator": operator, "type": sign, "values": written}
