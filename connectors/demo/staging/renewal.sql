-- Contracts that are due for renewal.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    customer as account_id,
    try_cast(due_on as date) as due_on,
    case when try_cast(due_on as date) is null then due_on end as due_on__raw,
    outcome,
    try_cast(amount ->> 'minor' as bigint) as amount_original,
    amount ->> 'currency' as currency_original,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
