-- Weights of the health score.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    version as weights_version,
    try_cast(weights ->> 'usage' as double) as weight_usage,
    try_cast(weights ->> 'support' as double) as weight_support,
    try_cast(weights ->> 'satisfaction' as double) as weight_satisfaction,
    try_cast(weights ->> 'payment' as double) as weight_payment,
    try_cast(weights ->> 'relationship' as double) as weight_relationship,
    try_cast(red_below as double) as red_below,
    try_cast(green_from as double) as green_from,
    try_cast(valid_from as date) as valid_from,
    case when try_cast(valid_from as date) is null then valid_from end as valid_from__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
