-- One row for each rating; the answer's first comment and choice go with each. The time that it took ends at the answer.
select
    _line,
    _key,
    _key || ':' || (score ->> 'question') as source_id,
    survey_id,
    score ->> 'question' as question_id,
    account_ref as account_id,
    contact_ref as contact_id,
    ticket_ref as ticket_id,
    try_cast(date_created as timestamptz)::timestamp
        + to_seconds(coalesce(try_cast(total_time as bigint), 0)) as responded_at,
    case when try_cast(date_created as timestamptz) is null then date_created end as responded_at__raw,
    try_cast(score ->> 'value' as double) as raw_value,
    comment as comment_text,
    choice as answer_choice,
    'web' as survey_channel,
    response_status = 'completed' as is_completed,
    response_status in ('overquota', 'disqualified') as is_excluded,
    try_cast(date_modified as timestamptz)::timestamp as source_updated_at
from (select *, unnest(from_json(scores, '["JSON"]')) as score from records)
