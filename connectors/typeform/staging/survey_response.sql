-- One row for each answer to a question with a scale; the form's first comment and choice go with each.
select
    _line,
    _key,
    _key || ':' || (answer -> 'field' ->> 'id') as source_id,
    form_id as survey_id,
    answer -> 'field' ->> 'id' as question_id,
    account_ref as account_id,
    contact_ref as contact_id,
    ticket_ref as ticket_id,
    try_cast(submitted_at as timestamptz)::timestamp as responded_at,
    case when try_cast(submitted_at as timestamptz) is null then submitted_at end as responded_at__raw,
    try_cast(answer ->> 'number' as double) as raw_value,
    case when try_cast(answer ->> 'number' as double) is null then answer ->> 'number' end as raw_value__raw,
    list_filter(given, lambda one: one ->> 'type' = 'text')[1] ->> 'text' as comment_text,
    list_filter(given, lambda one: one ->> 'type' = 'choice')[1] -> 'choice' ->> 'label' as answer_choice,
    'web' as survey_channel,
    true as is_completed
from (
    select *, unnest(given) as answer
    from (select *, case when json_valid(answers) then from_json(answers, '["JSON"]') end as given from records)
)
where answer -> 'field' ->> 'type' in ('nps', 'opinion_scale', 'rating')
