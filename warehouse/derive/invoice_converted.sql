-- Made of converted amounts, so that it adds up with them.
select
    *,
    case when discount_original is null then subtotal else subtotal - discount end as net_credit,
    case when discount_original is null then subtotal_base else subtotal_base - discount_base end as net_credit_base
from converted
