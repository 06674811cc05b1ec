-- Accounts. Salesforce does not say since when one is a customer.
select
    _line,
    _key,
    _key as source_id,
    Name as account,
    nullif(regexp_extract(lower(trim(Website)), '^(?:https?://)?(?:www\.)?([^/:?#]+)', 1), '') as domain,
    Industry as account_industry,
    try_cast(NumberOfEmployees as bigint) as employees,
    BillingCountry as country,
    BillingState as account_region,
    BillingCity as city,
    AccountSource as acquisition_channel,
    Owner ->> 'Name' as account_owner,
    case when "Type" is not null then starts_with(lower("Type"), 'customer') end as is_customer,
    try_cast(IsDeleted as boolean) as is_deleted,
    try_cast(CreatedDate as timestamptz)::timestamp as source_created_at,
    try_cast(SystemModstamp as timestamptz)::timestamp as source_updated_at
from records
