"""The calendar table: one row a day, with the weeks and financial years of the workspace."""

from warehouse.duckdb import Connection
from warehouse.state import Settings
from warehouse.tables import column_names

FIRST_DAY = "2000-01-01"
LAST_DAY = "2050-12-31"

# A week belongs to the year of its fourth day, and is counted from there; for weeks from Monday that is ISO 8601.
_DAYS = f"""
create or replace table normalised.calendar as
select
    cast(day as date) as date_day,
    starts.week_start,
    strftime(starts.week_start + 3, '%Y')
        || lpad(cast((dayofyear(starts.week_start + 3) - 1) // 7 + 1 as varchar), 2, '0') as week_label,
    cast(date_trunc('month', day) as date) as month_start,
    strftime(day, '%Y%m') as month_label,
    cast(date_trunc('quarter', day) as date) as quarter_start,
    strftime(day, '%Y') || quarter(day)::varchar as quarter_label,
    cast(date_trunc('year', day) as date) as year_start,
    strftime(day, '%Y') as year_label,
    strftime(day + to_months($fiscal_shift), 'FY%Y-M%m') as fiscal_label,
    cast(dayofweek(day) as integer) as day_of_week
from range(date '{FIRST_DAY}', date '{LAST_DAY}' + interval 1 day, interval 1 day) as days(day),
    lateral (
        select cast(date_trunc('week', cast(day as date) - $week_start) as date) + $week_start
    ) as starts(week_start)
order by date_day
"""  # noqa: S608


def create_calendar(connection: Connection, settings: Settings) -> None:
    """Fill the calendar if it is not there, or was made by an earlier version."""
    if "fiscal_label" not in column_names(connection, "normalised", "calendar"):
        build_calendar(connection, settings)


def build_calendar(connection: Connection, settings: Settings) -> None:
    """Fill the calendar anew: days of the week count from Sunday = 0, a financial year is called by its last year."""
    values = {"week_start": settings.week_start, "fiscal_shift": fiscal_shift(settings.fiscal_year_start)}
    connection.execute(_DAYS, values)


def fiscal_shift(first_month: int) -> int:
    """Return the months by which a financial year begins before the calendar's; 0 for January."""
    return (13 - first_month) % 12
