"""The calendar table: one row a day, and the only place where week rules live."""

from warehouse.duckdb import Connection

FIRST_DAY = "2000-01-01"
LAST_DAY = "2050-12-31"

_DAYS = f"""
create table normalised.calendar as
select
    day::date as date_day,
    cast(date_trunc('week', day) as date) as week_start,
    strftime(day, '%G%V') as week_label,
    cast(date_trunc('month', day) as date) as month_start,
    strftime(day, '%Y%m') as month_label,
    cast(date_trunc('quarter', day) as date) as quarter_start,
    strftime(day, '%Y') || quarter(day)::varchar as quarter_label,
    cast(date_trunc('year', day) as date) as year_start,
    strftime(day, '%Y') as year_label,
    cast(dayofweek(day) as integer) as day_of_week
from range(date '{FIRST_DAY}', date '{LAST_DAY}' + interval 1 day, interval 1 day) as days(day)
"""  # noqa: S608


def create_calendar(connection: Connection) -> None:
    """Fill the calendar if it is not there; weeks are ISO, days of the week count from Sunday = 0."""
    present = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'normalised' and table_name = 'calendar'"
    ).fetchone()
    if present is None:
        connection.execute(_DAYS)
