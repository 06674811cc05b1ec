-- What readers said about the reports.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    author as annotation_author,
    try_cast(written_at as timestamptz)::timestamp as written_at,
    case when try_cast(written_at as timestamptz) is null then written_at end as written_at__raw,
    try_cast(rating as double) as rating,
    text as feedback_text,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
