-- Versions of subscription items. What had ended before a version began does not lower it; of several discounts
-- percentages come first, and a fixed one on the subscription is shared by its items in proportion.
select * from (
    with
    told as (
        select
            _line,
            _key,
            valid_from as began,
            valid_to as closed,
            product,
            subscription,
            subscription_item as item,
            coalesce(subscription_item -> 'price', subscription_item -> 'plan') as price,
            coalesce(subscription_item -> 'price' -> 'recurring', subscription_item -> 'plan') as turn,
            coalesce(try_cast(subscription_item ->> 'quantity' as decimal(18, 0)), 1) as quantity,
            try_cast(bill as decimal(30, 12)) as bill,
            discounts
        from records
    ),
    priced as (
        select
            *,
            upper(coalesce(price ->> 'currency', subscription ->> 'currency')) as currency,
            try_cast(coalesce(price ->> 'unit_amount', price ->> 'amount') as bigint) as unit_amount,
            -- Stripe gives these currencies with other digits than everybody else.
            case
                when lower(coalesce(price ->> 'currency', subscription ->> 'currency')) in ('isk', 'ugx') then 0.01
                when lower(coalesce(price ->> 'currency', subscription ->> 'currency')) = 'mga' then 100
                else 1
            end as scale,
            -- A price with parts of a cent, or for packs, is given as the price of all of them together.
            try_cast(coalesce(
                price ->> 'unit_amount_decimal', price ->> 'unit_amount', price ->> 'amount_decimal', price ->> 'amount'
            ) as decimal(24, 12)) * case
                when price -> 'transform_quantity' ->> 'round' = 'up'
                    then ceil(quantity / try_cast(price -> 'transform_quantity' ->> 'divide_by' as double))
                when price -> 'transform_quantity' ->> 'round' = 'down'
                    then floor(quantity / try_cast(price -> 'transform_quantity' ->> 'divide_by' as double))
                else quantity
            end as whole_amount,
            price -> 'transform_quantity' ->> 'divide_by' is not null
                or coalesce(price ->> 'unit_amount', price ->> 'amount') is null as is_whole
        from told
    ),
    lowering as (
        select
            *,
            list_filter(
                list_concat(
                    list_transform(
                        from_json(discounts -> 'subscription', '["JSON"]'), lambda one: {it: one, own: false}
                    ),
                    list_transform(from_json(discounts -> 'item', '["JSON"]'), lambda one: {it: one, own: true})
                ),
                lambda one: one.it -> 'coupon' ->> 'duration' <> 'once'
                    and coalesce(try_cast(one.it ->> 'end' as bigint) > try_cast(began as bigint), true)
                    and (one.it -> 'coupon' ->> 'percent_off' is not null
                        or upper(one.it -> 'coupon' ->> 'currency') = currency)
            ) as running
        from priced
    ),
    summed as (
        select
            *,
            list_filter(running, lambda one: one.it -> 'coupon' ->> 'percent_off' is not null) as percents,
            list_sum(list_transform(running, lambda one: try_cast(one.it -> 'coupon' ->> 'amount_off' as double)
                * case when one.own or bill = 0 then 1 else whole_amount::double / bill::double end)) as fixed,
            list_min(list_transform(running, lambda one: try_cast(one.it ->> 'end' as bigint))) as discount_end
        from lowering
    ),
    shared as (
        select
            *,
            case when len(percents) > 0 then 1 - list_product(
                list_transform(percents, lambda one: 1 - try_cast(one.it -> 'coupon' ->> 'percent_off' as double) / 100)
            ) end as percent_share
        from summed
    )
    select
        _line,
        _key,
        _key as source_id,
        subscription ->> 'id' as subscription_id,
        coalesce(subscription -> 'customer' ->> 'id', subscription ->> 'customer') as account_id,
        coalesce(product, price ->> 'nickname', price ->> 'lookup_key', price ->> 'id') as plan,
        try(make_timestamp(try_cast(began as bigint) * 1000000))::date as valid_from,
        case when try(make_timestamp(try_cast(began as bigint) * 1000000)) is null then began end as valid_from__raw,
        coalesce(
            try(make_timestamp(try_cast(closed as bigint) * 1000000)),
            try(make_timestamp(try_cast(subscription ->> 'ended_at' as bigint) * 1000000))
        )::date as valid_to,
        case when is_whole then 1 else quantity end::double as quantity,
        try_cast(round(case when is_whole then whole_amount else unit_amount end * scale) as bigint)
            as unit_amount_original,
        currency as currency_original,
        turn ->> 'interval' as billing_interval,
        try_cast(turn ->> 'interval_count' as bigint) as interval_count,
        case
            when percent_share is not null and fixed is not null
                then (whole_amount::double * percent_share + fixed) * scale::double
            when percent_share is not null then round(100 * percent_share, 9)
            else fixed * scale::double
        end as discount_original,
        case when fixed is not null then 'fixed' when percent_share is not null then 'percent' end as discount_kind,
        case when len(running) > 0 then case when discount_end is null then 'forever' else 'repeating' end end
            as discount_duration,
        try(make_timestamp(discount_end * 1000000))::date as discount_ends_on,
        -- What was cancelled was paid for until it ended.
        case subscription ->> 'status'
            when 'canceled' then 'active' when 'incomplete_expired' then 'incomplete' else subscription ->> 'status'
        end as subscription_status,
        turn ->> 'usage_type' = 'metered' as is_metered,
        try(make_timestamp(try_cast(subscription ->> 'start_date' as bigint) * 1000000))::date as started_on,
        try(make_timestamp(try_cast(subscription ->> 'trial_end' as bigint) * 1000000))::date as trial_end,
        try(make_timestamp(try_cast(subscription ->> 'canceled_at' as bigint) * 1000000)) as canceled_at,
        try(make_timestamp(try_cast(subscription ->> 'ended_at' as bigint) * 1000000))::date as ended_on,
        coalesce(
            subscription -> 'cancellation_details' ->> 'feedback', subscription -> 'cancellation_details' ->> 'reason'
        ) as cancel_reason
    from shared
)
