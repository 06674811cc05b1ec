-- The questions inside the surveys, as they were read from their choices and words: one row for each.
select
    _line,
    _key,
    question ->> 'id' as source_id,
    _key as survey_id,
    question ->> 'text' as question,
    try_cast(question ->> 'low' as double) as scale_min,
    try_cast(question ->> 'high' as double) as scale_max,
    try_cast(question ->> 'higher_is_better' as boolean) as higher_is_better,
    question ->> 'display' as display,
    try_cast(question ->> 'primary' as boolean) as is_primary,
    try_cast(date_created as timestamptz)::date as created_on
from (
    select _line, _key, date_created, unnest(from_json(questions, '["JSON"]')) as question from records
)
