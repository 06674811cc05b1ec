-- Surveys, each with its questions inside.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    kind,
    occasion as survey_kind,
    title as survey,
    language as survey_language,
    try_cast(created_on as date) as created_on,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
