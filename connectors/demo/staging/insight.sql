-- What the rules of the agency found.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    kind,
    rule as rule_id,
    severity as insight_severity,
    status as insight_status,
    metric as metric_id,
    customer as account_id,
    try_cast(value as double) as insight_value,
    try_cast(previous as double) as previous_value,
    driver as insight_driver,
    text as insight_text,
    action as suggested_action,
    owner as owner_id,
    try_cast(opened_on as date) as opened_on,
    case when try_cast(opened_on as date) is null then opened_on end as opened_on__raw,
    try_cast(closed_on as date) as closed_on,
    case when try_cast(closed_on as date) is null then closed_on end as closed_on__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
