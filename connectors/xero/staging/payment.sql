-- Payments by customers, and refunds to them: positive amounts of their own kind. What is refunded was taken off by a
-- credit note, or was paid too much or too early and so was never billed. Payments to suppliers are left out.
select
    _line,
    _key,
    _key as source_id,
    case when PaymentType = 'ACCRECPAYMENT' then invoice ->> 'InvoiceID' end as invoice_id,
    invoice -> 'Contact' ->> 'ContactID' as account_id,
    case when PaymentType = 'ACCRECPAYMENT' then 'payment' else 'refund' end as kind,
    'succeeded' as payment_status,
    -- Only a day is known: at 10:00 UTC it is the same day in Auckland and in Honolulu.
    try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000)) + interval 10 hours as paid_at,
    case when try(make_timestamp(try_cast(regexp_extract(Date, '\((-?\d+)', 1) as bigint) * 1000)) is null
        then Date end as paid_at__raw,
    currency as currency_original,
    try_cast(round(try_cast(Amount as decimal(24, 6)) * units) as bigint) as amount_original,
    case when try_cast(round(try_cast(Amount as decimal(24, 6)) * units) as bigint) is null
        then Amount end as amount_original__raw,
    PaymentType <> 'ACCRECPAYMENT' as has_credit_note,
    Status = 'DELETED' as is_deleted,
    try(make_timestamp(try_cast(regexp_extract(UpdatedDateUTC, '\((-?\d+)', 1) as bigint) * 1000)) as source_updated_at
from (
    select
        *,
        minor_units(currency) as units
    from (select *, upper(coalesce(Invoice ->> 'CurrencyCode', CurrencyCode)) as currency from records)
)
where PaymentType in ('ACCRECPAYMENT', 'ARCREDITPAYMENT', 'AROVERPAYMENTPAYMENT', 'ARPREPAYMENTPAYMENT')
