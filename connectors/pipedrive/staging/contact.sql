-- Persons; of several addresses the primary one counts.
select
    _line,
    _key,
    _key as source_id,
    org_id as account_id,
    lower(trim(email)) as email,
    sha256(lower(trim(email))) as email_hash,
    name as contact_name,
    job_title as contact_role,
    try_cast(add_time as timestamptz)::timestamp as created_at,
    case when try_cast(add_time as timestamptz) is null then add_time end as created_at__raw,
    case when marketing_status is not null then marketing_status = 'unsubscribed' end as is_unsubscribed,
    is_deleted = 'true' as is_deleted,
    try_cast(update_time as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        coalesce(
            list_filter(from_json(emails, '["JSON"]'), lambda one: (one ->> 'primary') = 'true')[1] ->> 'value',
            emails -> 0 ->> 'value'
        ) as email
    from records
)
