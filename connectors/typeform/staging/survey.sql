-- A form; what it is about is what its primary question is about.
select
    _line,
    _key,
    _key as source_id,
    kind,
    title as survey,
    case when json_valid(settings) then settings ->> 'language' end as survey_language,
    try_cast(created_at as timestamptz)::date as created_on,
    case when try_cast(created_at as timestamptz) is null then created_at end as created_on__raw,
    try_cast(last_updated_at as timestamptz)::timestamp as source_updated_at
from records
