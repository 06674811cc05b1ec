-- Payments. One that settles several invoices names none of them: its row would be several, and could not be deleted
-- as one.
select
    _line,
    _key,
    _key as source_id,
    case when len(invoices) = 1 then invoices[1] end as invoice_id,
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
    try_cast(MetaData ->> 'CreateTime' as timestamptz)::timestamp as source_created_at,
    try_cast(MetaData ->> 'LastUpdatedTime' as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        try_cast(TotalAmt as decimal(24, 6)) as total,
        list_distinct(list_transform(
            list_filter(
                json_extract(Line, '$[*].LinkedTxn[*]'), lambda one: one ->> 'TxnType' = 'Invoice'
            ),
            lambda one: one ->> 'TxnId'
        )) as invoices,
        try_cast(TotalAmt as decimal(24, 6)) = 0 and contains(lower(PrivateNote), 'voided') as is_void,
        minor_units(CurrencyRef ->> 'value') as units
    from records
)
