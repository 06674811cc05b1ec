-- Satisfaction ratings: good is 1 of 1, bad is 0. One that was only offered is an invitation without an answer.
select
    _line,
    _key,
    _key as source_id,
    'csat' as kind,
    'Satisfaction rating' as survey,
    'transactional' as survey_kind,
    ticket_id,
    requester_id as contact_id,
    assignee_id as agent_id,
    case when score <> 'unoffered' then try_cast(created_at as timestamptz)::timestamp end as sent_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as sent_at__raw,
    case when starts_with(score, 'good') or starts_with(score, 'bad') then
        try_cast(updated_at as timestamptz)::timestamp
    end as responded_at,
    case when starts_with(score, 'good') then 1.0 when starts_with(score, 'bad') then 0.0 end as raw_value,
    0.0 as scale_min,
    1.0 as scale_max,
    true as higher_is_better,
    nullif(trim(comment), '') as comment_text,
    reason as answer_choice,
    starts_with(score, 'good') or starts_with(score, 'bad') as is_completed,
    true as is_primary,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
