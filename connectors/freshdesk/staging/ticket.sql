-- Tickets with their statistics. Numbers stand for status (6 and 7 wait, others are an account's own: not solved) and
-- priority. How often a ticket was opened again is not told, only whether it was: then reopen_count is 1.
select
    _line,
    _key,
    _key as source_id,
    subject,
    case status
        when '3' then 'pending' when '4' then 'solved' when '5' then 'closed' when '6' then 'pending'
        when '7' then 'on_hold' else 'open'
    end as ticket_status,
    case priority when '1' then 'low' when '2' then 'normal' when '3' then 'high' when '4' then 'urgent' end as priority,
    type as ticket_type,
    coalesce(category, type) as category,
    channels.channel,
    channels.channel_group,
    nullif(array_to_string(list_sort(labels), ','), '') as tags,
    url as source_url,
    requester_id as contact_id,
    company_id as account_id,
    responder_id as assignee_id,
    group_name as agent_group,
    created as created_at,
    case when created is null then created_at end as created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at,
    first_reply as first_human_reply_at,
    solved as solved_at,
    case when status = '5' then try_cast(numbers ->> 'closed_at' as timestamptz)::timestamp end as closed_at,
    due as due_at,
    case when due is null then due_by end as due_at__raw,
    case when numbers is not null then ((numbers ->> 'reopened_at') is not null)::bigint end as reopen_count,
    (epoch_us(first_reply) - epoch_us(created)) / 1e6 as vendor_frt_seconds,
    (epoch_us(solved) - epoch_us(created)) / 1e6 as vendor_resolution_seconds,
    try_cast(is_escalated as boolean) as is_escalated,
    coalesce(listed = 'spam', false) or coalesce(try_cast(spam as boolean), false) as is_spam,
    case
        when first_reply is not null then first_reply <= try_cast(fr_due_by as timestamptz)::timestamp
        when try_cast(fr_escalated as boolean) then false
    end as sla_first_reply_met,
    case when solved is not null then solved <= due when try_cast(is_escalated as boolean) then false end
        as sla_resolution_met,
    coalesce(listed = 'deleted', false) or coalesce(try_cast(deleted as boolean), false) as is_deleted
from (
    select
        *,
        try_cast(created_at as timestamptz)::timestamp as created,
        try_cast(due_by as timestamptz)::timestamp as due,
        try_cast(numbers ->> 'first_responded_at' as timestamptz)::timestamp as first_reply,
        case when status in ('4', '5') then
            coalesce(
                try_cast(numbers ->> 'resolved_at' as timestamptz)::timestamp,
                try_cast(numbers ->> 'closed_at' as timestamptz)::timestamp
            )
        end as solved
    from (
        select
            *,
            case when json_valid(stats) then stats end as numbers,
            case when json_valid(tags) then from_json(tags, '["VARCHAR"]') end as labels
        from records
    )
)
left join (
    values
        ('1', 'email', 'written'),
        ('2', 'web form', 'written'),
        ('3', 'phone', 'voice'),
        ('4', 'forum', 'written'),
        ('5', 'twitter', 'social'),
        ('6', 'facebook', 'social'),
        ('7', 'chat', 'live'),
        ('8', 'messenger', 'live'),
        ('9', 'web form', 'written'),
        ('10', 'email', 'written'),
        ('13', 'whatsapp', 'live')
) as channels (vendor_channel, channel, channel_group) on channels.vendor_channel = source
