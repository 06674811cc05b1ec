"""What each load did for each entity and client account: the memory behind the dataset `freshness`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas import Entity
from warehouse.build_context import BuildContext
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.normalize import LoadContext
from warehouse.tables import table_name

# A connection that is read every day is at most this far behind the end of its last full day; files promise nothing.
PROMISED_LAG_HOURS = 36.0

# What these list is as it stands now; the days in them do not tell how far a file reaches.
_LISTS = frozenset(
    {"account", "contact", "user_agent", "team", "ad_account", "campaign", "survey", "survey_question"}
    | {"health_weight_set", "goal", "budget_entry"}
)


@dataclass(frozen=True)
class RunResult:
    """How a load went; `restated` is the number of rows that were there before and changed.

    `reached` says that everything new up to the moment of the load has been read, be it nothing.
    """

    seconds: float
    restated: int | None
    promised_lag_hours: float | None = None
    error_code: str | None = None
    requests: int | None = None
    reached: bool = False


def record_run(
    connection: Connection, entities: Sequence[Entity], clients: Sequence[str], context: LoadContext, result: RunResult
) -> None:
    """Remember a load, inside the running transaction; of loads that bring nothing, the last of a day stays."""
    for entity in entities:
        # A load that fails leaves what is known to where the ones before it had come.
        connection.execute(
            """create or replace temp table reached_before as
               select client_account_id, max(data_through) as data_through from state.runs
               where entity = $entity and connection_id = $connection and cast($promised as double) is not null
               group by all""",
            {
                "entity": entity.name,
                "connection": context.connection_id,
                "promised": result.promised_lag_hours,
            },
        )
        connection.execute(
            """delete from state.runs
               where entity = $entity and connection_id = $connection and list_contains($clients, client_account_id)
                   and (sync_id = $sync or row_count = 0 and error_count = 0 and run_state = 'succeeded'
                       and cast(started_at as date) = cast($now as date))""",
            {
                "entity": entity.name,
                "connection": context.connection_id,
                "clients": list(clients),
                "sync": context.load_id,
                "now": context.now,
            },
        )
        connection.execute(_insert(entity), _values(entity, clients, context, result))


def build_missing_rates(context: BuildContext) -> str:
    """Return the SELECT of the rows that lack an exchange rate now, counted by the load that brought them."""
    with_money = [entity for entity in context.model.entities.values() if entity.money and entity.is_loadable]
    counts = [
        f"select client_account_id, sync_id, {quote_text(entity.name)} as entity, count(*) as missing "  # noqa: S608
        f"from {table_name(entity)} where fx_rate is null and {_any_amount(entity)} is not null group by all"
        for entity in with_money
    ]
    return " union all ".join(counts)


def _any_amount(entity: Entity) -> str:
    return f"coalesce({', '.join(quote_name(f'{name}_original') for name in entity.money)})"


def _insert(entity: Entity) -> str:
    sampled = "count_if(is_sampled and sync_id = $sync)" if "is_sampled" in entity.columns else "cast(null as bigint)"
    day = quote_name(entity.date)
    told = "cast($promised as double) is not null" if entity.name in _LISTS else "true"
    return f"""
        insert into state.runs by name
        with mine as (
            select client_account_id, count_if(sync_id = $sync) as row_count, {sampled} as sampled_rows,
                max({day}) filter (
                    where {told} and {day} <= cast($now as date) + 1 and not coalesce(is_deleted, false)
                ) as last_day
            from {table_name(entity)} where connection_id = $connection_id group by all
        ),
        errors as (
            select client_account_id, count(*) as error_count from state.quarantine
            where load_id = $sync and entity = $entity group by all
        )
        select
            $sync as sync_id, $connection_id as connection_id, $connection as connection,
            $source_system as source_system, $entity as entity, client_account_id, $now as started_at,
            $ended as ended_at, $run_state as run_state, coalesce(row_count, 0) as row_count,
            $restated as restated_rows, sampled_rows, coalesce(error_count, 0) as error_count,
            $requests as requests, $error_code as error_code, $promised as promised_lag_hours,
            -- What was read without an error is known up to the end of yesterday, also where nothing has happened.
            greatest(last_day, reached_before.data_through, case when $reached then
                cast(timezone(timezone, make_timestamptz(epoch_us(cast($now as timestamp)))) as date) - 1
            end) as data_through
        from (select unnest(cast($clients as varchar[])) as client_account_id) as clients
        left join mine using (client_account_id)
        left join reached_before using (client_account_id)
        left join normalised.client_account as client using (client_account_id)
        left join errors using (client_account_id)"""  # noqa: S608


def _values(
    entity: Entity, clients: Sequence[str], context: LoadContext, result: RunResult
) -> dict[str, str | int | float | datetime | list[str] | None]:
    return {
        "sync": context.load_id,
        "connection_id": context.connection_id,
        "connection": context.connection,
        "source_system": context.source_system,
        "entity": entity.name,
        "now": context.now,
        "ended": context.now + timedelta(seconds=round(result.seconds)),
        "run_state": "succeeded" if result.error_code is None else "failed",
        # Records of several client accounts are compared together: whose rows were restated is known only of one.
        "restated": result.restated if len(clients) == 1 or not result.restated else None,
        "error_code": result.error_code,
        "requests": result.requests,
        "promised": result.promised_lag_hours,
        "reached": result.reached,
        "clients": list(clients),
    }
