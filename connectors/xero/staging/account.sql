-- Contacts that are customers, or may become some; those that are only suppliers are left out. One that was merged into
-- another is gone, its invoices have moved.
select
    _line,
    _key,
    _key as source_id,
    nullif(trim(Name), '') as account,
    nullif(regexp_extract(lower(Website), '^(?:https?://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,})', 1), '') as domain,
    try(list_filter(
        from_json(try_cast(Addresses as json), '["JSON"]'), lambda one: coalesce(one ->> 'Country', '') <> ''
    )[1] ->> 'Country') as country,
    try(list_filter(
        from_json(try_cast(Addresses as json), '["JSON"]'), lambda one: coalesce(one ->> 'City', '') <> ''
    )[1] ->> 'City') as city,
    case when coalesce(AccountNumber, '') <> '' then json_object('account_number', AccountNumber)::varchar end
        as external_ids,
    coalesce(try_cast(IsCustomer as boolean), false) as is_customer,
    MergedToContactID is not null or ContactStatus = 'GDPRREQUEST' as is_deleted,
    try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) as source_updated_at,
    case when try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) is null
        then UpdatedDateUTC end as source_updated_at__raw
from records
where coalesce(try_cast(IsCustomer as boolean), false) or not coalesce(try_cast(IsSupplier as boolean), false)
