-- The survey that a solved ticket brought, inside the ticket, with its answer if there is one.
select
    _line,
    _key,
    satisfaction ->> 'id' as source_id,
    client as client_slug,
    satisfaction ->> 'survey' as survey_id,
    satisfaction ->> 'question' as question_id,
    satisfaction ->> 'contact' as contact_id,
    company as account_id,
    _key as ticket_id,
    try_cast(satisfaction ->> 'sent_at' as timestamptz)::timestamp as sent_at,
    try_cast(satisfaction ->> 'responded_at' as timestamptz)::timestamp as responded_at,
    try_cast(satisfaction ->> 'score' as double) as raw_value,
    satisfaction ->> 'comment' as comment_text,
    satisfaction ->> 'choice' as answer_choice,
    satisfaction ->> 'channel' as survey_channel,
    try_cast(satisfaction ->> 'completed' as boolean) as is_completed
from records
where satisfaction is not null
