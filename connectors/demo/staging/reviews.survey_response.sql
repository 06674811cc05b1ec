-- The survey that every customer gets once a quarter.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    survey as survey_id,
    question as question_id,
    contact as contact_id,
    customer as account_id,
    try_cast(sent_at as timestamptz)::timestamp as sent_at,
    case when try_cast(sent_at as timestamptz) is null then sent_at end as sent_at__raw,
    try_cast(responded_at as timestamptz)::timestamp as responded_at,
    case when try_cast(responded_at as timestamptz) is null then responded_at end as responded_at__raw,
    try_cast(score as double) as raw_value,
    comment as comment_text,
    choice as answer_choice,
    channel as survey_channel,
    try_cast(completed as boolean) as is_completed,
    try_cast(excluded as boolean) as is_excluded,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
