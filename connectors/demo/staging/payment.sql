-- Payments and refunds, inside their invoices.
select
    _line,
    _key,
    payment ->> 'id' as source_id,
    client as client_slug,
    _key as invoice_id,
    customer as account_id,
    payment ->> 'kind' as kind,
    payment ->> 'status' as payment_status,
    payment ->> 'method' as payment_method,
    try_cast(payment ->> 'at' as timestamptz)::timestamp as paid_at,
    case when try_cast(payment ->> 'at' as timestamptz) is null then payment ->> 'at' end as paid_at__raw,
    currency as currency_original,
    try_cast(payment ->> 'amount' as bigint) as amount_original,
    try_cast(payment ->> 'net' as bigint) as amount_without_tax_original,
    try_cast(payment ->> 'fee' as bigint) as fee_original,
    try_cast(payment ->> 'credit_note' as boolean) as has_credit_note
from (
    select _line, _key, client, customer, currency, unnest(from_json(payments, '["JSON"]')) as payment
    from records
)
