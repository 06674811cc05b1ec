"""Business seconds between two instants: one table of open spans, and two as-of lookups for each pair."""

from collections.abc import Sequence

from schemas import Entity
from warehouse.duckdb import Connection, integer
from warehouse.hours_file import MINUTES_A_DAY, Schedule

# Column of an entity: the instants between which it counts open seconds.
MEASURED = {
    "frt_business_seconds": ("created_at", "first_reply_at"),
    "resolution_business_seconds": ("created_at", "solved_at"),
}

_CREATE = (
    """create table if not exists normalised.business_hours (
        schedule integer not null, client_slug varchar, team varchar, timezone varchar not null)""",
    """create table if not exists normalised.business_interval (
        schedule integer not null, weekday integer not null, opens_minute integer not null,
        closes_minute integer not null)""",
    "create table if not exists normalised.business_holiday (schedule integer not null, day date not null)",
    """create table if not exists normalised.business_open (
        schedule integer not null, opens_at timestamp not null, closes_at timestamp not null,
        open_before bigint not null)""",
)

# Opening times are local; the zone says which instants they are, so that a day with a clock change is as long as it is.
# An opening time belongs to the day on which it begins, also when that is a holiday.
_OPEN = """
insert into normalised.business_open
with local as (
    select schedule, timezone,
        cast(date_day as timestamp) + to_minutes(opens_minute) as opens,
        cast(date_day as timestamp) + to_minutes(closes_minute) as closes
    from normalised.business_hours
    join normalised.business_interval using (schedule)
    join normalised.calendar on isodow(date_day) = weekday + 1
    anti join normalised.business_holiday as holiday on holiday.schedule = business_hours.schedule and day = date_day
),
instants as (
    select schedule, make_timestamp(epoch_us(timezone(timezone, opens))) as opens_at,
        make_timestamp(epoch_us(timezone(timezone, closes))) as closes_at
    from local
)
select schedule, opens_at, closes_at,
    coalesce(sum(epoch_us(closes_at) - epoch_us(opens_at)) over (
        partition by schedule order by opens_at rows between unbounded preceding and 1 preceding
    ), 0) as open_before
from instants where closes_at > opens_at
"""


def create_business_hours(connection: Connection) -> None:
    """Create the tables if they are not there."""
    for table in _CREATE:
        connection.execute(table)


def replace_business_hours(connection: Connection, schedules: Sequence[Schedule]) -> None:
    """Make the tables say what `schedules` says; rows that depend on them are the caller's to renew."""
    for table in ("business_hours", "business_interval", "business_holiday", "business_open"):
        connection.execute(f"delete from normalised.{table}")  # noqa: S608
    for number, schedule in enumerate(schedules):
        connection.execute(
            "insert into normalised.business_hours values ($1, $2, $3, $4)",
            [number, schedule.client, schedule.team, schedule.timezone],
        )
        for start, end in schedule.spans:
            weekday = start // MINUTES_A_DAY
            minutes = [start % MINUTES_A_DAY, end - weekday * MINUTES_A_DAY]
            connection.execute(
                "insert into normalised.business_interval values ($1, $2, $3, $4)", [number, weekday, *minutes]
            )
        connection.execute(
            "insert into normalised.business_holiday select $1, unnest($2::date[])",
            [number, list(dict.fromkeys(schedule.holidays))],
        )
    connection.execute(_OPEN)


def has_schedules(connection: Connection) -> bool:
    """Tell whether anybody's hours are known."""
    return integer(connection, "select count(*) from (select 1 from normalised.business_hours limit 1)") > 0


def measures_hours(entity: Entity) -> bool:
    """Tell whether an entity has seconds that are counted in business hours."""
    return all(name in entity.columns for name in MEASURED)


def in_business_hours(inner_sql: str) -> str:
    """Return the rows of `inner_sql` with business seconds by the schedule that holds for each.

    The nearest schedule holds: of the client's team, of the team, of the client, of everybody. A row without one keeps
    what its source gave. The parameter $client_slug says whose rows they are.
    """
    instants = sorted({instant for pair in MEASURED.values() for instant in pair})
    lookups = " ".join(
        f"asof left join normalised.business_open as {_at(name)} "
        f"on {_at(name)}.schedule = planned._schedule and planned.{name} >= {_at(name)}.opens_at"
        for name in instants
    )
    measured = ", ".join(
        f"case when planned._schedule is null then planned.{column} "
        f"when planned.{start} is not null and planned.{end} is not null "
        f"then ({_open_until(end)} - {_open_until(start)}) / 1e6 end as {column}"
        for column, (start, end) in MEASURED.items()
    )
    return (
        f"select planned.* exclude (_schedule) replace ({measured}) from ("  # noqa: S608
        "select given.*, coalesce(of_team.schedule, of_client.schedule) as _schedule "
        f"from ({inner_sql}) as given left join ({_schedules('team is not null')} group by team) as of_team "
        f"on of_team.team = given.team cross join ({_schedules('team is null')}) as of_client"
        f") as planned {lookups}"
    )


def _schedules(which: str) -> str:
    nearest = "arg_max(schedule, client_slug is not null)"
    team = "any_value(team) as team, "
    return (
        f"select {team}{nearest} as schedule from normalised.business_hours "  # noqa: S608
        f"where {which} and coalesce(client_slug, $client_slug) = $client_slug"
    )


def _at(instant: str) -> str:
    return f"until_{instant}"


def _open_until(instant: str) -> str:
    # Before the first span there is nothing to count.
    span, moment = _at(instant), f"epoch_us(planned.{instant})"
    return f"coalesce({span}.open_before + least({moment}, epoch_us({span}.closes_at)) - epoch_us({span}.opens_at), 0)"
