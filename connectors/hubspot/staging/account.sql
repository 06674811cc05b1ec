-- Companies. Properties are text or null, and only those are there that were asked for.
select
    _line,
    _key,
    _key as source_id,
    coalesce(properties ->> 'name', properties ->> 'domain') as account,
    lower(properties ->> 'domain') as domain,
    properties ->> 'industry' as account_industry,
    try_cast(try_cast(properties ->> 'numberofemployees' as double) as bigint) as employees,
    properties ->> 'country' as country,
    properties ->> 'state' as account_region,
    properties ->> 'city' as city,
    properties ->> 'lifecyclestage' as lifecycle_stage,
    owner_name as account_owner,
    lower(replace(properties ->> 'hs_analytics_source', '_', ' ')) as acquisition_channel,
    (properties ->> 'hs_analytics_source') in ('PAID_SEARCH', 'PAID_SOCIAL') as acquired_paid,
    coalesce(
        try_cast(properties ->> 'hs_lifecyclestage_customer_date' as timestamptz),
        try_cast(properties ->> 'hs_v2_date_entered_customer' as timestamptz)
    )::timestamp::date as acquired_on,
    (properties ->> 'lifecyclestage') in ('customer', 'evangelist') as is_customer,
    try_cast(archived as boolean) as is_deleted,
    try_cast(coalesce(properties ->> 'createdate', createdAt) as timestamptz)::timestamp as source_created_at,
    try_cast(updatedAt as timestamptz)::timestamp as source_updated_at
from records
