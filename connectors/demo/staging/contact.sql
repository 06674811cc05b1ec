-- People of the customers.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    customer as account_id,
    email_hash,
    email,
    name as contact_name,
    role as contact_role,
    language as contact_language,
    country,
    try_cast(created_at as timestamptz)::timestamp as created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_at__raw,
    try_cast(unsubscribed as boolean) as is_unsubscribed,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
