-- Sales invoices: decimals become minor units by way of exact decimals.
select
    _line,
    _key,
    _key as source_id,
    nullif(trim(InvoiceNumber), '') as invoice_number,
    Contact ->> 'ContactID' as account_id,
    'invoice' as kind,
    case Status
        when 'DRAFT' then 'draft' when 'SUBMITTED' then 'draft' when 'AUTHORISED' then 'open' when 'PAID' then 'paid'
        when 'VOIDED' then 'void' when 'DELETED' then 'deleted'
    end as invoice_status,
    try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000))::date as issued_on,
    case when try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000)) is null
        then Date end as issued_on__raw,
    try(make_timestamp(try_cast(regexp_extract(DueDate, '\((-?\d+)', 1) as bigint) * 1000))::date as due_on,
    try(make_timestamp(try_cast(regexp_extract(FullyPaidOnDate, '\((-?\d+)', 1) as bigint) * 1000))::date as paid_on,
    upper(CurrencyCode) as currency_original,
    try_cast(round(try_cast(SubTotal as decimal(24, 6)) * units) as bigint) + coalesce(discounted, 0)
        as subtotal_original,
    discounted as discount_original,
    try_cast(round(try_cast(TotalTax as decimal(24, 6)) * units) as bigint) as tax_original,
    try_cast(round(try_cast(Total as decimal(24, 6)) * units) as bigint) as total_original,
    case when try_cast(round(try_cast(Total as decimal(24, 6)) * units) as bigint) is null
        then Total end as total_original__raw,
    try_cast(round((try_cast(AmountPaid as decimal(24, 6)) + coalesce(try_cast(AmountCredited as decimal(24, 6)), 0))
        * units) as bigint) as amount_paid_original,
    try_cast(round(try_cast(AmountDue as decimal(24, 6)) * units) as bigint) as amount_due_original,
    Status = 'DELETED' as is_deleted,
    try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) as source_updated_at
from (
    select *, try_cast(round(try_cast(TotalDiscount as decimal(24, 6)) * units) as bigint) as discounted
    from (
        select
            *,
            minor_units(CurrencyCode) as units
        from records
    )
)
