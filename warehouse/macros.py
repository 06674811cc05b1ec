"""Functions that the SQL of staging and of builds may call, kept in the workspace's file."""

import hashlib

from warehouse.duckdb import Connection
from warehouse.minor_units import minor_units

_MACROS = (
    f"create or replace macro minor_units(currency) as {minor_units('currency')}",
    # The same rounding as that of amounts at load; see conversion.py.
    """create or replace macro converted_amount(amount, currency, target, rate) as
        case
            when currency = target then amount
            else cast(round(round(amount * rate * minor_units(target) / minor_units(currency), 6)) as bigint)
        end""",
)


def create_macros(connection: Connection) -> None:
    """Make the functions of a workspace.

    `minor_units(currency)` is how many minor units one unit of a currency has: 100 for EUR, 1 for JPY.
    `converted_amount(amount, currency, target, rate)` is the amount in minor units of the target currency; NULL
    without a rate, and as it is in its own currency.
    """
    known = connection.execute(
        "select any_value(comment) from duckdb_functions() where function_name = 'converted_amount' and not internal"
    ).fetchone()
    mark = hashlib.sha256("".join(_MACROS).encode()).hexdigest()
    if known == (mark,):
        return  # opening a workspace writes nothing where there is nothing new
    for macro in _MACROS:
        connection.execute(macro)
    connection.execute(f"comment on macro converted_amount is '{mark}'")
