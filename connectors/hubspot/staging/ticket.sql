-- Tickets. What a stage means is put beside the record by the reader; without it the closing date tells.
select
    _line,
    _key,
    _key as source_id,
    companies_ids ->> 0 as account_id,
    contacts_ids ->> 0 as contact_id,
    properties ->> 'hubspot_owner_id' as assignee_id,
    properties ->> 'subject' as subject,
    case
        when closed then 'closed'
        when regexp_matches(lower(stage ->> 'label'), 'wait.*(contact|customer)') then 'pending'
        when (stage ->> 'order') = '1' then 'new'
        else 'open'
    end as ticket_status,
    lower(properties ->> 'hs_ticket_priority') as priority,
    -- A ticket may be in several categories, divided by semicolons; the first one counts.
    lower(replace(split_part(properties ->> 'hs_ticket_category', ';', 1), '_', ' ')) as category,
    lower(properties ->> 'source_type') as channel,
    try_cast(created as timestamptz)::timestamp as created_at,
    case when try_cast(created as timestamptz) is null then created end as created_at__raw,
    replied::timestamp as first_reply_at,
    replied::timestamp as first_human_reply_at,
    case when closed then try_cast(properties ->> 'closed_date' as timestamptz)::timestamp end as solved_at,
    case
        when closed and try_cast(properties ->> 'closed_date' as timestamptz) is null then properties ->> 'closed_date'
    end as solved_at__raw,
    case when closed then try_cast(properties ->> 'closed_date' as timestamptz)::timestamp end as closed_at,
    try_cast(properties ->> 'hs_time_to_close_sla_at' as timestamptz)::timestamp as due_at,
    try_cast(properties ->> 'time_to_first_agent_reply' as double) / 1000 as vendor_frt_seconds,
    try_cast(properties ->> 'time_to_close' as double) / 1000 as vendor_resolution_seconds,
    try_cast(archived as boolean) as is_deleted,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        coalesce(properties ->> 'createdate', createdAt) as created,
        coalesce(
            try_cast(properties ->> 'first_agent_reply_date' as timestamptz),
            try_cast(properties ->> 'createdate' as timestamptz)
            + to_milliseconds(try_cast(properties ->> 'time_to_first_agent_reply' as double))
        ) as replied,
        coalesce(
            try_cast(stage ->> 'closed' as boolean),
            try_cast(properties ->> 'hs_is_closed' as boolean),
            (properties ->> 'closed_date') is not null
        ) as closed
    from records
)
