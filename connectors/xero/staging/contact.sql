-- The person whom a customer's bills go to.
select
    _line,
    _key,
    _key as source_id,
    _key as account_id,
    nullif(trim(EmailAddress), '') as email,
    coalesce(nullif(trim(concat_ws(' ', FirstName, LastName)), ''), nullif(trim(Name), '')) as contact_name,
    MergedToContactID is not null or ContactStatus = 'GDPRREQUEST' as is_deleted,
    try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) as source_updated_at
from records
where coalesce(try_cast(IsCustomer as boolean), false) or not coalesce(try_cast(IsSupplier as boolean), false)
