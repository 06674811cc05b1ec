select _line, _key, _key as source_id, subject, status as ticket_status,
    try_cast(created as timestamptz)::timestamp as created_at,
    case when try_cast(created as timestamptz) is null then created end as created_at__raw,
    try_cast(seconds as double) as handle_seconds,
    case when try_cast(seconds as double) is null then seconds end as handle_seconds__raw
from records
