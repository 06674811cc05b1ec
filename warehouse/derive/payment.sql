-- A payment that does not say what it is, or what became of it, is a payment that succeeded. The tax in a refund is
-- the share that its invoice has.
with
taxed as (
    select source_id as taxed_invoice, any_value(1 - tax_original / nullif(total_original, 0)) as untaxed_share
    from normalised.invoice where client_account_id = $client_account_id group by 1
),
judged as (
    select
        checked.* replace (
            coalesce(kind, 'payment') as kind,
            coalesce(amount_without_tax_original, cast(round(amount_original * untaxed_share) as bigint))
                as amount_without_tax_original
        ),
        not coalesce(is_deleted, false) and coalesce(payment_status, 'succeeded') = 'succeeded' as is_done
    from checked left join taxed on taxed_invoice = invoice_id
)
select
    * exclude (is_done),
    is_done and kind = 'payment' as is_collected,
    is_done and kind <> 'payment' and not coalesce(has_credit_note, false) as is_refund
from judged
