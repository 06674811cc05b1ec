-- Costs of a month; channel and persona say whom the money was spent on, where somebody knows.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    try_cast(starts_on as date) as starts_on,
    case when try_cast(starts_on as date) is null then starts_on end as starts_on__raw,
    try_cast(ends_on as date) as ends_on,
    case when try_cast(ends_on as date) is null then ends_on end as ends_on__raw,
    category as cost_category,
    scope as cost_scope,
    channel as acquisition_channel,
    persona,
    try_cast(amount ->> 'minor' as bigint) as amount_original,
    amount ->> 'currency' as currency_original,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
