"""Exchange rates of a workspace: read from files, kept in `normalised.fx_rate`, and what follows from new ones."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from schemas import SemanticModel
from warehouse.conversion import Reconversion, reconvert
from warehouse.duckdb import Connection, integer, transaction, translated
from warehouse.fx_daily import FIXED_PROVIDER, build_fx_daily
from warehouse.rate_files import Rate, read_rates
from warehouse.reports import Problem
from warehouse.state import bump_data_version
from warehouse.touched import mark_touched

RATES = "fx_rate"  # what builds that convert amounts say that they read

_CREATE = """
create table if not exists normalised.fx_rate (
    rate_date date not null, base varchar not null, currency varchar not null,
    rate double not null, provider varchar not null)
"""

# A fixed rate stands beside the market's rate of the same day; any other rate takes the place of the one before.
_SAME = f"""
    t.rate_date = s.rate_date and t.base = s.base and t.currency = s.currency
    and (t.provider = '{FIXED_PROVIDER}') = (s.provider = '{FIXED_PROVIDER}')
"""
_PROBLEMS_KEPT = 20


@dataclass(frozen=True)
class RateReport:
    """What an import of rates did; `rows_converted` counts the rows whose amounts moved."""

    file: str
    rates_read: int
    rates_new: int = 0
    rates_changed: int = 0
    rates_refused: int = 0
    problems: tuple[Problem, ...] = ()
    currencies: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    rows_converted: int = 0
    rows_without_rate: int = 0


@dataclass(frozen=True)
class RateSpan:
    """The rates of one pair from one provider."""

    base: str
    currency: str
    provider: str
    first_day: date
    last_day: date
    rates: int
    last_rate: float


def create_rates(connection: Connection) -> None:
    """Create the table if it is not there."""
    connection.execute(_CREATE)


def import_rates(connection: Connection, model: SemanticModel, path: Path, provider: str | None = None) -> RateReport:
    """Load a file of rates in one transaction; amounts that wait for one of them, or had an older one, follow."""
    rates, problems = read_rates(path, provider)
    with translated(f"Importing {path.name}"), transaction(connection):
        _stage(connection, rates)
        changed = integer(
            connection,
            f"select count(*) from staging.rate s join normalised.fx_rate t on {_SAME} where t.rate <> s.rate",  # noqa: S608
        )
        new = integer(
            connection,
            f"select count(*) from staging.rate s where not exists (select 1 from normalised.fx_rate t where {_SAME})",  # noqa: S608
        )
        connection.execute(
            f"merge into normalised.fx_rate t using staging.rate s on ({_SAME}) "
            "when matched and (t.rate <> s.rate or t.provider <> s.provider) "
            "then update set rate = s.rate, provider = s.provider when not matched then insert by name"
        )
        connection.execute("drop table staging.rate")
        result = Reconversion({}, 0)
        if new or changed:
            build_fx_daily(connection)
            result = reconvert(connection, model)
            mark_touched(connection, [RATES, *result.moved], "rates")
            bump_data_version(connection)
    days = [rate.day for rate in rates]
    return RateReport(
        file=path.name,
        rates_read=len(rates) + len(problems),
        rates_new=new,
        rates_changed=changed,
        rates_refused=len(problems),
        problems=tuple(problems[:_PROBLEMS_KEPT]),
        currencies=tuple(sorted({rate.currency for rate in rates})),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        rows_converted=sum(result.moved.values()),
        rows_without_rate=result.missing,
    )


def list_rates(connection: Connection) -> list[RateSpan]:
    """Return which rates there are, pair by pair."""
    rows = connection.execute(
        """select base, currency, provider, min(rate_date), max(rate_date), count(*), arg_max(rate, rate_date)
           from normalised.fx_rate group by all order by all"""
    ).fetchall()
    return [RateSpan(*row) for row in rows]


def _stage(connection: Connection, rates: list[Rate]) -> None:
    # One text for all of them: a list of values, or a statement for each, takes minutes for a history.
    listed = orjson.dumps([(rate.day, rate.base, rate.currency, rate.rate, rate.provider) for rate in rates]).decode()
    connection.execute(
        """create or replace table staging.rate as
           select cast(rate ->> 0 as date) as rate_date, rate ->> 1 as base, rate ->> 2 as currency,
               cast(rate ->> 3 as double) as rate, rate ->> 4 as provider
           from (select unnest(from_json($1, '["JSON"]')) as rate)""",
        [listed],
    )
