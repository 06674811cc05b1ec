-- What each load did, as it is remembered in schema state. A view: a load that changes nothing leaves the data version
-- alone, and is seen all the same.
select
    runs.client_account_id,
    connection,
    source_system,
    runs.entity as entity_name,
    runs.sync_id,
    run_state as sync_state,
    cast(timezone(timezone, make_timestamptz(epoch_us(started_at))) as date) as synced_on,
    started_at,
    ended_at,
    data_through,
    promised_lag_hours,
    row_count,
    restated_rows,
    sampled_rows,
    coalesce(missing, 0) as fx_missing_rows,
    error_count,
    requests,
    error_code,
    row_number() over (
        partition by runs.client_account_id, connection_id, runs.entity order by started_at desc, runs.sync_id
    ) = 1 as is_latest
from state.runs
join normalised.client_account using (client_account_id)
left join normalised.missing_rate using (client_account_id, sync_id, entity)
