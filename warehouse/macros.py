"""Functions that the SQL of staging and of builds may call, kept in the workspace's file."""

import hashlib

import duckdb

from warehouse.duckdb import Connection, scalar
from warehouse.minor_units import minor_units

_MARK = "macros_of_workspace"
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
    mark = hashlib.sha256("".join(_MACROS).encode()).hexdigest()
    if _known(connection) == mark:
        return  # opening a workspace writes nothing where there is nothing new
    for macro in _MACROS:
        connection.execute(macro)
    connection.execute(f"create or replace macro {_MARK}() as '{mark}'")


def _known(connection: Connection) -> object:
    # A function that tells which ones there are: duckdb_functions() would list three thousand to find one.
    try:
        return scalar(connection, f"select {_MARK}()")
    except duckdb.CatalogException:
        return None
