-- An invoice that does not say what it is counts as an invoice. Amounts that follow from the others are filled in.
with
whole as (
    select
        * replace (
            coalesce(kind, 'invoice') as kind,
            coalesce(subtotal_original, total_original - tax_original + coalesce(discount_original, 0))
                as subtotal_original,
            coalesce(total_original, subtotal_original - coalesce(discount_original, 0) + tax_original)
                as total_original
        )
    from checked
)
select
    * replace (coalesce(amount_due_original, total_original - amount_paid_original) as amount_due_original),
    cast(paid_on - issued_on as double) as days_to_pay,
    cast(due_on - issued_on as double) as payment_terms_days,
    not coalesce(is_deleted, false)
        and kind <> 'bill'
        and coalesce(invoice_status, 'open') not in ('draft', 'void', 'deleted') as is_counted
from whole
