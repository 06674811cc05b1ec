-- The person whom a customer's bills go to.
select
    _line,
    _key,
    _key as source_id,
    _key as account_id,
    PrimaryEmailAddr ->> 'Address' as email,
    coalesce(nullif(trim(concat_ws(' ', GivenName, FamilyName)), ''), DisplayName) as contact_name,
    BillAddr ->> 'Country' as country,
    BillAddr ->> 'City' as city,
    try_cast(MetaData ->> 'CreateTime' as timestamptz)::timestamp as created_at,
    case when try_cast(MetaData ->> 'CreateTime' as timestamptz) is null then MetaData ->> 'CreateTime' end
        as created_at__raw,
    try_cast(MetaData ->> 'LastUpdatedTime' as timestamptz)::timestamp as source_updated_at
from records
