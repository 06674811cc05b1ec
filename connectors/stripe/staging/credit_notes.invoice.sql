-- Credit notes: positive amounts of their own kind.
select
    _line,
    _key,
    _key as source_id,
    number as invoice_number,
    customer as account_id,
    'credit_note' as kind,
    case status when 'void' then 'void' else 'paid' end as invoice_status,
    try(make_timestamp(try_cast(coalesce(effective_at, created) as bigint) * 1000000))::date as issued_on,
    case when try(make_timestamp(try_cast(coalesce(effective_at, created) as bigint) * 1000000)) is null
        then coalesce(effective_at, created) end as issued_on__raw,
    upper(currency) as currency_original,
    try_cast(round(before_discount * scale) as bigint) as subtotal_original,
    try_cast(round((before_discount - before_tax) * scale) as bigint) as discount_original,
    try_cast(round((try_cast(total as bigint) - before_tax) * scale) as bigint) as tax_original,
    try_cast(round(try_cast(total as bigint) * scale) as bigint) as total_original,
    case when try_cast(total as bigint) is null then total end as total_original__raw,
    try(make_timestamp(try_cast(created as bigint) * 1000000)) as source_created_at
from (
    select
        *,
        coalesce(try_cast(subtotal_excluding_tax as bigint), try_cast(subtotal as bigint)) as before_discount,
        coalesce(try_cast(total_excluding_tax as bigint), try_cast(total as bigint)) as before_tax,
        -- Stripe gives these currencies with other digits than everybody else.
        case when upper(currency) in ('ISK', 'UGX') then 0.01 when upper(currency) = 'MGA' then 100 else 1 end as scale
    from records
)
