-- Invoices. What is before tax comes from Stripe's own sums without tax, so that prices with tax inside come out right.
select * from (
    with
    told as (
        select
            *,
            upper(currency) as code,
            -- Stripe gives these currencies with other digits than everybody else.
            case when upper(currency) in ('ISK', 'UGX') then 0.01 when upper(currency) = 'MGA' then 100 else 1 end
                as scale,
            coalesce(try_cast(shipping_cost ->> 'amount_subtotal' as bigint), 0) as shipping,
            coalesce(try_cast(subtotal_excluding_tax as bigint), try_cast(subtotal as bigint)) as before_discount,
            coalesce(
                try_cast(total_excluding_tax as bigint),
                try_cast(total as bigint) - list_sum(list_transform(
                    json_extract(total_taxes, '$[*]'), lambda one: try_cast(one ->> 'amount' as bigint)
                )),
                try_cast(total as bigint) - try_cast(tax as bigint),
                try_cast(total as bigint)
            ) as before_tax,
            coalesce(
                try_cast(status_transitions ->> 'finalized_at' as bigint),
                try_cast(effective_at as bigint),
                try_cast(created as bigint)
            ) as issued
        from records
    )
    select
        _line,
        _key,
        _key as source_id,
        number as invoice_number,
        customer as account_id,
        'invoice' as kind,
        status as invoice_status,
        try(make_timestamp(issued * 1000000))::date as issued_on,
        case when try(make_timestamp(issued * 1000000)) is null then created end as issued_on__raw,
        try(make_timestamp(try_cast(due_date as bigint) * 1000000))::date as due_on,
        case when try(make_timestamp(try_cast(due_date as bigint) * 1000000)) is null then due_date end as due_on__raw,
        try(make_timestamp(try_cast(status_transitions ->> 'paid_at' as bigint) * 1000000))::date as paid_on,
        parent -> 'subscription_details' ->> 'subscription' as subscription_id,
        code as currency_original,
        try_cast(round((before_discount + shipping) * scale) as bigint) as subtotal_original,
        try_cast(round((before_discount + shipping - before_tax) * scale) as bigint) as discount_original,
        try_cast(round((try_cast(total as bigint) - before_tax) * scale) as bigint) as tax_original,
        try_cast(round(try_cast(total as bigint) * scale) as bigint) as total_original,
        case when try_cast(total as bigint) is null then total end as total_original__raw,
        try_cast(round(try_cast(amount_paid as bigint) * scale) as bigint) as amount_paid_original,
        try_cast(round(try_cast(amount_remaining as bigint) * scale) as bigint) as amount_due_original,
        try(make_timestamp(try_cast(created as bigint) * 1000000)) as source_created_at
    from told
)
