"""Functions that build SQL may call: made anew, as temporary macros, at the start of each run."""

from warehouse.duckdb import Connection
from warehouse.minor_units import minor_units

# The same rounding as that of amounts at load; see conversion.py.
_MACROS = (
    f"""create or replace temp macro converted_amount(amount, currency, target, rate) as
        case
            when currency = target then amount
            else cast(round(round(
                amount * rate * {minor_units("target")} / {minor_units("currency")}, 6)) as bigint)
        end""",
)


def create_macros(connection: Connection) -> None:
    """Make the macros of this connection.

    `converted_amount(amount, currency, target, rate)` is the amount in minor units of the target currency; NULL
    without a rate, and as it is in its own currency.
    """
    for macro in _MACROS:
        connection.execute(macro)
