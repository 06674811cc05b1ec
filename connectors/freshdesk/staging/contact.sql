-- People who write tickets.
select
    _line,
    _key,
    _key as source_id,
    company_id as account_id,
    name as contact_name,
    lower(trim(email)) as email,
    sha256(lower(trim(email))) as email_hash,
    job_title as contact_role,
    "language" as contact_language,
    try_cast(created_at as timestamptz)::timestamp as created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at,
    coalesce(state = 'deleted', false) or coalesce(try_cast(deleted as boolean), false) as is_deleted
from records
