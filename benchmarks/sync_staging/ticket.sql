select
    _line, _key, _key as source_id, url as source_url, subject, status as ticket_status, priority,
    type as ticket_type, channel, category, subcategory,
    try_cast(created_at as timestamptz)::timestamp as created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at,
    case when try_cast(updated_at as timestamptz) is null then updated_at end as source_updated_at__raw,
    try_cast(first_reply_at as timestamptz)::timestamp as first_reply_at,
    case when try_cast(first_reply_at as timestamptz) is null then first_reply_at end as first_reply_at__raw,
    try_cast(solved_at as timestamptz)::timestamp as solved_at,
    case when try_cast(solved_at as timestamptz) is null then solved_at end as solved_at__raw,
    try_cast(due_at as timestamptz)::timestamp as due_at,
    assignee_id, assignee as agent, team, group_name as agent_group,
    try_cast(replies as bigint) as public_agent_replies, try_cast(bot_replies as bigint) as bot_replies,
    try_cast(reopens as bigint) as reopen_count, try_cast(assignee_count as bigint) as assignee_count,
    try_cast(handle_seconds as double) as handle_seconds, country, city
from records
