-- Tickets with their metric sets. Zendesk gives durations in minutes, so a first reply is known to the minute; it only
-- counts replies of people. Deleted tickets keep their row as `deleted`; the loser of a merge is closed with a tag.
select
    _line,
    _key,
    _key as source_id,
    subject,
    case status when 'hold' then 'on_hold' when 'deleted' then null else status end as ticket_status,
    priority,
    type as ticket_type,
    category,
    coalesce(channels.channel, via_channel) as channel,
    channels.channel_group,
    nullif(array_to_string(list_sort(labels), ','), '') as tags,
    regexp_replace(url, '/api/v2/tickets/(\d+)(\.json)?$', '/agent/tickets/\1') as source_url,
    requester_id as contact_id,
    organization_id as account_id,
    assignee_id,
    group_name as agent_group,
    created as created_at,
    case when created is null then created_at end as created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at,
    try_cast(metrics ->> 'initially_assigned_at' as timestamptz)::timestamp as first_assigned_at,
    created + to_seconds(reply_seconds) as first_human_reply_at,
    created + to_seconds(first_solved_seconds) as first_solved_at,
    case when status in ('solved', 'closed') then try_cast(metrics ->> 'solved_at' as timestamptz)::timestamp end
        as solved_at,
    case when status = 'closed' then try_cast(metrics ->> 'status_updated_at' as timestamptz)::timestamp end
        as closed_at,
    try_cast(due_at as timestamptz)::timestamp as due_at,
    case when try_cast(due_at as timestamptz) is null then due_at end as due_at__raw,
    try_cast(metrics ->> 'reopens' as bigint) as reopen_count,
    try_cast(metrics ->> 'replies' as bigint) as public_agent_replies,
    try_cast(metrics ->> 'assignee_stations' as bigint) as assignee_count,
    try_cast(metrics ->> 'group_stations' as bigint) as group_count,
    try_cast(metrics -> 'requester_wait_time_in_minutes' ->> 'calendar' as double) * 60 as requester_wait_seconds,
    try_cast(metrics -> 'reply_time_in_minutes' ->> 'business' as double) * 60 as frt_business_seconds,
    try_cast(metrics -> 'full_resolution_time_in_minutes' ->> 'business' as double) * 60
        as resolution_business_seconds,
    reply_seconds as vendor_frt_seconds,
    try_cast(metrics -> 'full_resolution_time_in_minutes' ->> 'calendar' as double) * 60
        as vendor_resolution_seconds,
    coalesce(list_contains(labels, 'closed_by_merge'), false) as is_merged,
    coalesce(status = 'deleted', false) as is_deleted
from (
    select
        *,
        try_cast(created_at as timestamptz)::timestamp as created,
        coalesce(
            try_cast(metrics -> 'reply_time_in_seconds' ->> 'calendar' as double),
            try_cast(metrics -> 'reply_time_in_minutes' ->> 'calendar' as double) * 60
        ) as reply_seconds,
        try_cast(metrics -> 'first_resolution_time_in_minutes' ->> 'calendar' as double) * 60 as first_solved_seconds
    from (
        select
            *,
            case when json_valid(metric_set) then metric_set end as metrics,
            case when json_valid(tags) then from_json(tags, '["VARCHAR"]') end as labels,
            case when json_valid(via) then via ->> 'channel' end as via_channel
        from records
    )
)
left join (
    values
        ('email', 'email', 'written'),
        ('web', 'web form', 'written'),
        ('web_form', 'web form', 'written'),
        ('web_widget', 'web form', 'written'),
        ('help_center', 'web form', 'written'),
        ('mobile', 'mobile', 'written'),
        ('api', 'api', 'written'),
        ('chat', 'chat', 'live'),
        ('native_messaging', 'messenger', 'live'),
        ('messaging', 'messenger', 'live'),
        ('mobile_sdk', 'messenger', 'live'),
        ('whatsapp', 'whatsapp', 'live'),
        ('line', 'line', 'live'),
        ('sms', 'sms', 'live'),
        ('voice', 'phone', 'voice'),
        ('phone', 'phone', 'voice'),
        ('phone_call_inbound', 'phone', 'voice'),
        ('phone_call_outbound', 'phone', 'voice'),
        ('voicemail', 'phone', 'voice'),
        ('facebook', 'facebook', 'social'),
        ('twitter', 'twitter', 'social'),
        ('twitter_dm', 'twitter', 'social'),
        ('instagram_dm', 'instagram', 'social')
) as channels (vendor_channel, channel, channel_group) on channels.vendor_channel = via_channel
