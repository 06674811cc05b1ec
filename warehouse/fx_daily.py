"""The built table `normalised.fx_daily`: what one unit of a currency is worth in another, day by day.

A day without a rate that the method accepts has no row: a missing rate is never 1.0. Only a currency in itself is 1.
"""

from collections.abc import Collection
from typing import Literal, TypeAlias

from warehouse.calendar import FIRST_DAY, LAST_DAY
from warehouse.duckdb import Connection, quote_text
from warehouse.state import read_settings

FxMethod: TypeAlias = Literal["transaction_date", "month_average", "period_end", "fixed"]
SAME_CURRENCY = "same_currency"
FIXED_PROVIDER = "fixed"
MOST_DAYS_OLD = 7

# What one unit of `base` buys, itself included and the other way round, with the day that the rate holds through.
_QUOTES = """
    select base, currency, rate, rate_date,
        lead(rate_date) over (partition by base, currency order by rate_date) as next_date,
        row_number() over (partition by base, currency order by rate_date) as place
    from (
        select base, currency, rate, rate_date from rates
        union all select currency, base, 1 / rate, rate_date from rates as given
            anti join rates as listed on listed.base = given.currency and listed.currency = given.base
        union all select distinct unnest([base, currency]) as code, code, 1.0, rate_date from rates
    )
"""

# The day's own rate, else the last one that is not too old.
_RECENT = f"""
    select base, currency, rate, rate_date,
        unnest(range(rate_date, least(next_date, rate_date + {MOST_DAYS_OLD + 1}), interval 1 day))::date as day
    from quotes
"""  # noqa: S608

# A list that is valid until the next one, and before the first one too.
_LASTING = f"""
    select base, currency, rate, rate_date,
        unnest(range(
            case when place = 1 then date '{FIRST_DAY}' else rate_date end,
            coalesce(next_date, date '{LAST_DAY}' + 1), interval 1 day
        ))::date as day
    from quotes
"""  # noqa: S608

# Two currencies meet in the base of one list; a list that names one of them as its base is nearest to the truth.
_CROSSED = """
    select source.currency as currency_from, target.currency as currency_to, source.day as day,
        target.rate / source.rate as rate, least(source.rate_date, target.rate_date) as rate_date
    from legs as source join legs as target on target.base = source.base and target.day = source.day
    where source.currency <> target.currency and target.currency in ({targets})
    qualify row_number() over (
        partition by source.currency, target.currency, source.day
        order by source.base = source.currency desc, source.base = target.currency desc, source.base
    ) = 1
"""

_MONTHLY = """
    select currency_from, currency_to, date_day as day, rate, rate_date
    from ({months}) join normalised.calendar using (month_start) where rate is not null
"""

# Only days on which a rate was published count towards an average.
_AVERAGES = """
    select currency_from, currency_to, month_start,
        coalesce(avg(rate) filter (where rate_date = day), avg(rate) filter (where rate_date >= month_start)) as rate,
        max(rate_date) as rate_date
    from (select *, date_trunc('month', day)::date as month_start from crossed) group by all
"""

# The running month has no end yet: its last rate so far stands in.
_ENDS = """
    select currency_from, currency_to, month_start,
        case
            when max(day) = last_day(month_start) or max(last_known) <= last_day(month_start) then arg_max(rate, day)
        end as rate,
        arg_max(rate_date, day) as rate_date
    from (
        select *, date_trunc('month', day)::date as month_start,
            max(rate_date) over (partition by currency_from, currency_to) as last_known
        from crossed
    )
    group by currency_from, currency_to, month_start
"""

_BY_METHOD = {
    "transaction_date": "select * from crossed",
    "month_average": _MONTHLY.format(months=_AVERAGES),
    "period_end": _MONTHLY.format(months=_ENDS),
    "fixed": "select * from crossed",
}

_CREATE = """
create table if not exists normalised.fx_daily (
    currency_from varchar not null, currency_to varchar not null, day date not null,
    rate double not null, rate_date date not null, method varchar not null)
"""


def create_fx_daily(connection: Connection) -> None:
    """Create the table if it is not there."""
    connection.execute(_CREATE)


def build_fx_daily(connection: Connection) -> None:
    """Fill the table anew for the workspace's currency and those that client accounts report in."""
    _fill(connection, targets(connection), replace=True)


def add_targets(connection: Connection, currencies: Collection[str]) -> None:
    """Add the rates into currencies that nothing reported in so far."""
    known = {row[0] for row in connection.execute("select distinct currency_to from normalised.fx_daily").fetchall()}
    wanted = {code.upper() for code in currencies} - known
    if wanted:
        _fill(connection, sorted(wanted), replace=False)


def targets(connection: Connection) -> list[str]:
    """Return the currencies that amounts are converted into."""
    rows = connection.execute(
        "select upper(base_currency) from state.about "
        "union select upper(report_currency) from normalised.client_account order by 1"
    ).fetchall()
    return [row[0] for row in rows]


def _fill(connection: Connection, wanted: Collection[str], *, replace: bool) -> None:
    method = read_settings(connection).fx_method
    listed = ", ".join(quote_text(code) for code in wanted)
    if replace:
        connection.execute("delete from normalised.fx_daily")
    legs = _LASTING if method == "fixed" else _RECENT
    connection.execute(
        f"insert into normalised.fx_daily "  # noqa: S608
        f"with rates as ({_rates(method)}), quotes as ({_QUOTES}), legs as ({legs}), "
        f"crossed as ({_CROSSED.format(targets=listed)}), chosen as ({_BY_METHOD[method]}) "
        f"select currency_from, currency_to, day, rate, rate_date, {quote_text(method)} from chosen "
        f"union all select code, code, date_day, 1.0, date_day, '{SAME_CURRENCY}' "
        f"from normalised.calendar, (select unnest([{listed}]) as code) order by currency_to, day, currency_from"
    )


def _rates(method: str) -> str:
    listed = f"select * from normalised.fx_rate where provider = '{FIXED_PROVIDER}'"  # noqa: S608
    if method != "fixed":
        return f"from normalised.fx_rate where provider <> '{FIXED_PROVIDER}'"
    # Without a list of fixed rates, the first rate that was ever known is the fixed one.
    first = "select base, currency, min(rate_date) as rate_date from normalised.fx_rate group by base, currency"
    return (
        f"{listed} union all from normalised.fx_rate semi join ({first}) using (base, currency, rate_date) "
        f"where not exists ({listed})"
    )
