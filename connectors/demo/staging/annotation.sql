-- Notes beside the figures.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    try_cast(starts_on as date) as starts_on,
    case when try_cast(starts_on as date) is null then starts_on end as starts_on__raw,
    try_cast(ends_on as date) as ends_on,
    case when try_cast(ends_on as date) is null then ends_on end as ends_on__raw,
    kind,
    text as annotation_text,
    author as annotation_author,
    visibility,
    metric as metric_id,
    recommendation,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
