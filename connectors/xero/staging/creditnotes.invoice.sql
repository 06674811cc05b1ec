-- Credit notes to customers: positive amounts of their own kind.
select
    _line,
    _key,
    _key as source_id,
    nullif(trim(CreditNoteNumber), '') as invoice_number,
    Contact ->> 'ContactID' as account_id,
    'credit_note' as kind,
    case Status
        when 'DRAFT' then 'draft' when 'SUBMITTED' then 'draft' when 'AUTHORISED' then 'open' when 'PAID' then 'paid'
        when 'VOIDED' then 'void' when 'DELETED' then 'deleted'
    end as invoice_status,
    try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000))::date as issued_on,
    case when try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000)) is null
        then Date end as issued_on__raw,
    upper(CurrencyCode) as currency_original,
    try_cast(round(try_cast(SubTotal as decimal(24, 6)) * units) as bigint) as subtotal_original,
    try_cast(round(try_cast(TotalTax as decimal(24, 6)) * units) as bigint) as tax_original,
    try_cast(round(try_cast(Total as decimal(24, 6)) * units) as bigint) as total_original,
    case when try_cast(round(try_cast(Total as decimal(24, 6)) * units) as bigint) is null
        then Total end as total_original__raw,
    Status = 'DELETED' as is_deleted,
    try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) as source_updated_at
from (
    select
        *,
        minor_units(CurrencyCode) as units
    from records
)
