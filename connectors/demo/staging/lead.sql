-- People who left their address.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    customer as account_id,
    contact as contact_id,
    try_cast(created_at as timestamptz)::timestamp as created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_at__raw,
    status as lead_status,
    source as traffic_source,
    medium as traffic_medium,
    channel as marketing_channel,
    campaign,
    try_cast(qualified_at as timestamptz)::timestamp as qualified_at,
    try_cast(converted_at as timestamptz)::timestamp as converted_at,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
