-- Payments. The fee is in the currency of the pay-out, so it is told only where that is the payment's own.
select
    _line,
    _key,
    _key as source_id,
    invoice as invoice_id,
    customer as account_id,
    'payment' as kind,
    case when status = 'succeeded' and captured = 'false' then 'pending' else status end as payment_status,
    payment_method_details ->> 'type' as payment_method,
    try(make_timestamp(try_cast(created as bigint) * 1000000)) as paid_at,
    case when try(make_timestamp(try_cast(created as bigint) * 1000000)) is null then created end as paid_at__raw,
    upper(currency) as currency_original,
    try_cast(round(
        coalesce(nullif(try_cast(amount_captured as bigint), 0), try_cast(amount as bigint)) * scale
    ) as bigint) as amount_original,
    case when try_cast(amount as bigint) is null then amount end as amount_original__raw,
    case
        when try_cast(balance_transaction as json) ->> 'currency' = currency
            then try_cast(round(try_cast(try_cast(balance_transaction as json) ->> 'fee' as bigint) * scale) as bigint)
    end as fee_original
from (
    -- Stripe gives these currencies with other digits than everybody else.
    select
        *,
        case when upper(currency) in ('ISK', 'UGX') then 0.01 when upper(currency) = 'MGA' then 100 else 1 end as scale
    from records
)
