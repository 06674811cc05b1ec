-- A survey; what it is about is what its primary question is about.
select
    _line,
    _key,
    _key as source_id,
    kind,
    title as survey,
    language as survey_language,
    try_cast(date_created as timestamptz)::date as created_on,
    case when try_cast(date_created as timestamptz) is null then date_created end as created_on__raw,
    try_cast(date_modified as timestamptz)::timestamp as source_updated_at
from records
