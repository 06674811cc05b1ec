"""How many minor units one unit of a currency has, as SQL."""

from schemas import EXPONENTS
from warehouse.duckdb import quote_text

_USUAL = 100


def minor_units(currency: str) -> str:
    """Return the expression of the minor units in one unit of a currency, which is an SQL expression: 100 for EUR."""
    codes: dict[int, list[str]] = {}
    for code, exponent in EXPONENTS.items():
        codes.setdefault(int(10**exponent), []).append(quote_text(code))
    cases = " ".join(f"when upper({currency}) in ({', '.join(listed)}) then {units}" for units, listed in codes.items())
    return f"case {cases} else {_USUAL} end"
