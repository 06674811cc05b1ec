-- Disputed payments: the money is gone once the dispute is lost.
select
    _line,
    _key,
    _key as source_id,
    invoice as invoice_id,
    try_cast(charge as json) ->> 'customer' as account_id,
    'chargeback' as kind,
    case
        when status = 'lost' then 'succeeded'
        when status in ('won', 'warning_closed', 'prevented') then 'failed'
        else 'pending'
    end as payment_status,
    try_cast(charge as json) -> 'payment_method_details' ->> 'type' as payment_method,
    try(make_timestamp(try_cast(created as bigint) * 1000000)) as paid_at,
    case when try(make_timestamp(try_cast(created as bigint) * 1000000)) is null then created end as paid_at__raw,
    upper(currency) as currency_original,
    try_cast(round(try_cast(amount as bigint) * scale) as bigint) as amount_original,
    case when try_cast(amount as bigint) is null then amount end as amount_original__raw,
    false as has_credit_note
from (
    -- Stripe gives these currencies with other digits than everybody else.
    select
        *,
        case when upper(currency) in ('ISK', 'UGX') then 0.01 when upper(currency) = 'MGA' then 100 else 1 end as scale
    from records
)
