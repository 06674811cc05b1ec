-- Meetings, calls, visits, mails, log-ins and features used.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    customer as account_id,
    contact as contact_id,
    agent as agent_id,
    kind,
    try_cast("at" as timestamptz)::timestamp as occurred_at,
    case when try_cast("at" as timestamptz) is null then "at" end as occurred_at__raw,
    try_cast(seconds as double) as duration_seconds,
    outcome,
    feature,
    try_cast(quantity as double) as quantity
from records
