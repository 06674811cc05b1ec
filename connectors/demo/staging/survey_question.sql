-- The questions inside the surveys: one row for each.
select
    _line,
    _key,
    question ->> 'id' as source_id,
    client as client_slug,
    _key as survey_id,
    question ->> 'text' as question,
    try_cast(question -> 'scale' ->> 0 as double) as scale_min,
    try_cast(question -> 'scale' ->> 1 as double) as scale_max,
    try_cast(question ->> 'higher_is_better' as boolean) as higher_is_better,
    question ->> 'display' as display,
    try_cast(question ->> 'primary' as boolean) as is_primary,
    try_cast(created_on as date) as created_on
from (select _line, _key, client, created_on, unnest(from_json(questions, '["JSON"]')) as question from records)
