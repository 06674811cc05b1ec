-- Tickets of Template, from `records` (every column is text as received) to canonical columns.
-- A cell that has no value although it holds text goes into <column>__raw.
select
    _line,
    _key,
    _key as source_id,
    subject,
    case status when 'done' then 'solved' else status end as ticket_status,
    priority,
    company_id as account_id,
    requester ->> 'id' as contact_id,
    try_cast(created_at as timestamptz)::timestamp as created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_at__raw,
    try_cast(solved_at as timestamptz)::timestamp as solved_at,
    case when try_cast(solved_at as timestamptz) is null then solved_at end as solved_at__raw,
    try_cast(deleted as boolean) as is_deleted,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
