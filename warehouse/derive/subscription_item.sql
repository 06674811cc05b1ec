-- What an item brings in a month, with its running discount: a coupon for one bill does not lower it, and what is
-- metered, or not paid for, brings nothing. An interval that is not known leaves it unknown.
with
priced as (
    select
        *,
        lower(coalesce(subscription_status, 'active')) as status,
        coalesce(quantity, 1) * unit_amount_original as bill,
        case lower(billing_interval)
            when 'day' then 365 / 12 when 'week' then 52 / 12 when 'month' then 1 when 'year' then 1 / 12
        end / coalesce(interval_count, 1) as bills_a_month,
        coalesce(discount_duration, 'forever') <> 'once' and (discount_ends_on is null or discount_ends_on > valid_from)
            as is_discounted
    from checked
),
discounted as (
    select
        *,
        bill - case
            when not is_discounted or discount_original is null then 0
            when discount_kind = 'percent' then bill * discount_original / 100
            when discount_kind = 'fixed' then discount_original
        end as net_bill
    from priced
)
select
    * exclude (status, bill, bills_a_month, is_discounted, net_bill),
    case
        when coalesce(is_metered, false) or status in ('incomplete', 'paused', 'unpaid', 'ended') then 0
        when status = 'trialing' and trial_end is null then 0
        when net_bill < 0 then 0
        else net_bill * bills_a_month
    end as mrr_original
from discounted
