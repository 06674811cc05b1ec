-- The part of an open deal's amount that its probability promises; without a probability there is none.
select
    *,
    cast(round(amount * probability) as bigint) as weighted_amount,
    cast(round(amount_base * probability) as bigint) as weighted_amount_base
from converted
