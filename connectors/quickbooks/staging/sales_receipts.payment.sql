-- The money of sales that were paid at once.
select
    _line,
    _key,
    _key as source_id,
    _key as invoice_id,
    CustomerRef ->> 'value' as account_id,
    'payment' as kind,
    case when is_void then 'failed' else 'succeeded' end as payment_status,
    PaymentMethodRef ->> 'name' as payment_method,
    -- Only a day is known: at 10:00 UTC it is the same day in Auckland and in Honolulu.
    try_cast(TxnDate as timestamp) + interval 10 hours as paid_at,
    case when try_cast(TxnDate as timestamp) is null then TxnDate end as paid_at__raw,
    upper(CurrencyRef ->> 'value') as currency_original,
    try_cast(round(total * units) as bigint) as amount_original,
    case when total is null then TotalAmt end as amount_original__raw,
    try_cast(round((total - tax) * units) as bigint) as amount_without_tax_original,
    try_cast(MetaData ->> 'CreateTime' as timestamptz)::timestamp as source_created_at,
    try_cast(MetaData ->> 'LastUpdatedTime' as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        try_cast(TotalAmt as decimal(24, 6)) as total,
        -- Where there is no word of tax, there is none.
        coalesce(try_cast(TxnTaxDetail ->> 'TotalTax' as decimal(24, 6)), 0) as tax,
        list_sum(list_transform(
            list_filter(
                from_json(try_cast(Line as json), '["JSON"]'), lambda one: one ->> 'DetailType' = 'DiscountLineDetail'
            ),
            lambda one: try_cast(one ->> 'Amount' as decimal(24, 6))
        )) as discount,
        try_cast(TotalAmt as decimal(24, 6)) = 0 and contains(lower(PrivateNote), 'voided') as is_void,
        minor_units(CurrencyRef ->> 'value') as units
    from records
)
