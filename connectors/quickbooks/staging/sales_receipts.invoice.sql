-- Sales that were paid at once: an invoice that is paid on its day.
select
    _line,
    _key,
    _key as source_id,
    nullif(trim(DocNumber), '') as invoice_number,
    CustomerRef ->> 'value' as account_id,
    'invoice' as kind,
    case when is_void then 'void' else 'paid' end as invoice_status,
    try_cast(TxnDate as date) as issued_on,
    case when try_cast(TxnDate as date) is null then TxnDate end as issued_on__raw,
    try_cast(TxnDate as date) as due_on,
    try_cast(TxnDate as date) as paid_on,
    upper(CurrencyRef ->> 'value') as currency_original,
    try_cast(round((total - tax + coalesce(discount, 0)) * units) as bigint) as subtotal_original,
    try_cast(round(discount * units) as bigint) as discount_original,
    try_cast(round(tax * units) as bigint) as tax_original,
    try_cast(round(total * units) as bigint) as total_original,
    case when total is null then TotalAmt end as total_original__raw,
    try_cast(round(total * units) as bigint) as amount_paid_original,
    0::bigint as amount_due_original,
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
