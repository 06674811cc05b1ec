-- What each subscription item brought in a month, from when to when. A version ends where the trial or a discount
-- does, and in a foreign currency at the end of each month, since a month's first rate holds for all of it.
with
valued as (
    select
        item.*,
        upper(client.report_currency) as report_currency,
        upper(coalesce(item.currency_original, client.report_currency)) as currency,
        least(item.valid_to, case when item.ended_on > item.valid_from then item.ended_on end) as paid_until
    from normalised.subscription_item item
    join normalised.client_account client using (client_account_id)
    where item.is_listed and item.account_id is not null and item.valid_from <= $today
        and (item.valid_to is null or item.valid_to > item.valid_from)
),
cut as (
    select
        *,
        list_sort(list_distinct(list_filter(
            [valid_from, trial_end, ended_on,
                case when discount_duration is distinct from 'once' then discount_ends_on end]
            || case
                when currency <> report_currency or currency <> upper($base_currency) then list_transform(
                    range(
                        date_trunc('month', valid_from) + interval 1 month,
                        least(coalesce(paid_until, $today + 1), $today + 1)::timestamp, interval 1 month
                    ),
                    lambda moment: moment::date
                )
                else []
            end,
            lambda day: day >= valid_from and (valid_to is null or day < valid_to)
        ))) as cuts
    from valued
),
segments as (
    select
        * exclude (cuts, valid_from, valid_to),
        valid_from as item_from,
        unnest(cuts) as valid_from,
        unnest(list_append(cuts[2:], valid_to)) as valid_to
    from cut
),
priced as (
    select
        *,
        cast(round(round(case
            when valid_from < trial_end or valid_from >= ended_on then 0
            -- The item's own value is that of its first day; later the discount may be over.
            when discount_ends_on > item_from and valid_from >= discount_ends_on
                and coalesce(discount_duration, 'forever') <> 'once' and mrr_original is not null
                and not coalesce(is_metered, false)
                and coalesce(subscription_status, 'active') not in ('incomplete', 'paused', 'unpaid', 'ended')
            then coalesce(quantity, 1) * unit_amount_original
                * case lower(billing_interval)
                    when 'day' then 365 / 12 when 'week' then 52 / 12 when 'month' then 1 when 'year' then 1 / 12
                end / coalesce(interval_count, 1)
            else mrr_original
        end, 6)) as bigint) as value_original,
        date_trunc('month', valid_from)::date as rate_on
    from segments
)
select
    priced.* exclude (mrr_original, source_id, currency_original),
    source_id as subscription_item_id,
    currency as currency_original,
    value_original as mrr_original,
    converted_amount(value_original, currency, report_currency, to_report.rate) as mrr,
    converted_amount(value_original, currency, upper($base_currency), to_base.rate) as mrr_base,
    case when currency = report_currency then 1.0 else to_report.rate end as fx_rate,
    case when currency = upper($base_currency) then 1.0 else to_base.rate end as fx_base_rate,
    case when currency = report_currency then rate_on else to_report.rate_date end as fx_date,
    case when currency = report_currency then 'same_currency' else to_report.method end as fx_method
from priced
-- What is in its own currency has no key here, and needs none.
left join normalised.fx_daily to_report
    on to_report.currency_from = nullif(currency, report_currency) and to_report.currency_to = report_currency
    and to_report.day = rate_on
left join normalised.fx_daily to_base
    on to_base.currency_from = nullif(currency, upper($base_currency)) and to_base.currency_to = upper($base_currency)
    and to_base.day = rate_on
