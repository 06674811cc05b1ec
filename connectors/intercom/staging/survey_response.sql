-- The rating that a conversation was closed with, 1 to 5; one that was asked for and not given is an invitation.
select
    _line,
    _key,
    _key || '-rating' as source_id,
    'csat' as kind,
    'Conversation rating' as survey,
    'transactional' as survey_kind,
    _key as ticket_id,
    coalesce(given -> 'contact' ->> 'id', people -> 'contacts' -> 0 ->> 'id') as contact_id,
    case when (given -> 'teammate' ->> 'type') = 'admin' then given -> 'teammate' ->> 'id' end as agent_id,
    make_timestamp(try_cast(given ->> 'created_at' as bigint) * 1000000) as sent_at,
    case when (given ->> 'rating') is not null then
        make_timestamp(try_cast(coalesce(given ->> 'updated_at', given ->> 'created_at') as bigint) * 1000000)
    end as responded_at,
    try_cast(given ->> 'rating' as double) as raw_value,
    case when try_cast(given ->> 'rating' as double) is null then given ->> 'rating' end as raw_value__raw,
    1.0 as scale_min,
    5.0 as scale_max,
    true as higher_is_better,
    nullif(trim(given ->> 'remark'), '') as comment_text,
    'messenger' as survey_channel,
    (given ->> 'rating') is not null as is_completed,
    true as is_primary,
    make_timestamp(try_cast(updated_at as bigint) * 1000000) as source_updated_at
from (
    select
        *,
        case when json_valid(conversation_rating) then conversation_rating end as given,
        case when json_valid(contacts) then contacts end as people
    from records
)
where given is not null
