-- Conversations with their statistics: moments in seconds since 1970, durations in seconds that leave out the hours in
-- which the workspace was closed. Only replies of people are timed; how many there were is told only where none was.
select
    _line,
    _key,
    _key as source_id,
    nullif(trim(regexp_replace(coalesce(nullif(title, ''), opening ->> 'subject'), '<[^>]*>', '', 'g')), '') as subject,
    case state when 'snoozed' then 'pending' else state end as ticket_status,
    case when priority = 'priority' then 'high' else 'normal' end as priority,
    coalesce(channels.channel, vendor_channel) as channel,
    channels.channel_group,
    category,
    nullif(array_to_string(list_sort(labels), ','), '') as tags,
    url as source_url,
    people -> 'contacts' -> 0 ->> 'id' as contact_id,
    firm ->> 'id' as account_id,
    nullif(admin_assignee_id, '0') as assignee_id,
    team_name as agent_group,
    created as created_at,
    case when created is null then created_at end as created_at__raw,
    make_timestamp(try_cast(updated_at as bigint) * 1000000) as source_updated_at,
    make_timestamp(try_cast(numbers ->> 'first_assignment_at' as bigint) * 1000000) as first_assigned_at,
    replied as first_human_reply_at,
    make_timestamp(try_cast(numbers ->> 'first_close_at' as bigint) * 1000000) as first_solved_at,
    closed as solved_at,
    closed as closed_at,
    try_cast(numbers ->> 'count_reopens' as bigint) as reopen_count,
    case when numbers is not null and replied is null then 0 end as public_agent_replies,
    case lower(ai_agent_participated) when 'true' then 1 when 'false' then 0 end as bot_replies,
    -- Assignments are counted, not people: more than one may have gone to the same person. Where nobody replied they say
    -- nothing, and first contact resolution would be known of the unanswered alone.
    case when assignments <= 1 and replied is not null then assignments end as assignee_count,
    try_cast(numbers ->> 'handling_time' as double) as handle_seconds,
    try_cast(numbers ->> 'time_to_admin_reply' as double) as frt_business_seconds,
    try_cast(numbers ->> 'time_to_last_close' as double) as resolution_business_seconds,
    try_cast(numbers ->> 'time_to_admin_reply' as double) as vendor_frt_seconds,
    try_cast(numbers ->> 'time_to_last_close' as double) as vendor_resolution_seconds,
    promise ->> 'sla_name' as sla_policy,
    case promise ->> 'sla_status' when 'hit' then true when 'missed' then false end as sla_resolution_met
from (
    select
        *,
        make_timestamp(try_cast(created_at as bigint) * 1000000) as created,
        make_timestamp(try_cast(numbers ->> 'first_admin_reply_at' as bigint) * 1000000) as replied,
        case when state = 'closed' then
            make_timestamp(try_cast(numbers ->> 'last_close_at' as bigint) * 1000000)
        end as closed,
        try_cast(numbers ->> 'count_assignments' as bigint) as assignments,
        opening ->> 'type' as vendor_channel
    from (
        select
            *,
            case when json_valid(statistics) then statistics end as numbers,
            case when json_valid(source) then source end as opening,
            case when json_valid(contacts) then contacts end as people,
            case when json_valid(company) then company end as firm,
            case when json_valid(sla_applied) then sla_applied end as promise,
            case when json_valid(tags) then json_extract_string(tags, '$.tags[*].name') end as labels
        from records
    )
)
left join (
    values
        ('conversation', 'messenger', 'live'),
        ('push', 'messenger', 'live'),
        ('chat', 'chat', 'live'),
        ('whatsapp', 'whatsapp', 'live'),
        ('sms', 'sms', 'live'),
        ('email', 'email', 'written'),
        ('phone_call', 'phone', 'voice'),
        ('phone_switch', 'phone', 'voice'),
        ('facebook', 'facebook', 'social'),
        ('instagram', 'instagram', 'social'),
        ('twitter', 'twitter', 'social')
) as channels (name, channel, channel_group) on channels.name = vendor_channel
