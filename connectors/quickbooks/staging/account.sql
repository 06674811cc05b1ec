-- Customers, also inactive ones: QuickBooks never deletes them, and marks their names.
select
    _line,
    _key,
    _key as source_id,
    regexp_replace(coalesce(DisplayName, CompanyName), ' \(deleted\)$', '') as account,
    nullif(
        regexp_extract(lower(WebAddr ->> 'URI'), '^(?:https?://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,})', 1), ''
    ) as domain,
    BillAddr ->> 'Country' as country,
    BillAddr ->> 'City' as city,
    true as is_customer,
    try_cast(MetaData ->> 'CreateTime' as timestamptz)::timestamp as source_created_at,
    case when try_cast(MetaData ->> 'CreateTime' as timestamptz) is null then MetaData ->> 'CreateTime' end
        as source_created_at__raw,
    try_cast(MetaData ->> 'LastUpdatedTime' as timestamptz)::timestamp as source_updated_at
from records
