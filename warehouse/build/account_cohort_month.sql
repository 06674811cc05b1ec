-- What became of accounts in the months after they were won: active or not at the end of each full month, and what
-- they paid then, at the rates of their first payment, so that rates do not look like growth.
with
won as (
    select client_account_id, account_id, min(acquired_on) as acquired_on
    from normalised.account_span
    group by all
),
months as (
    select
        client_account_id, account_id, acquired_on,
        date_trunc('month', acquired_on)::date as cohort_month,
        unnest(range(0, greatest(0, date_diff('month', acquired_on, $today)))) as months_since_start
    from won
),
ends as (
    select *, last_day(cast(cohort_month + to_months(months_since_start::integer) as date)) as month_end from months
),
active as (
    select client_account_id, account_id, months_since_start, true as is_active
    from ends
    join normalised.active_span span using (client_account_id, account_id)
    where started_on <= month_end and (ended_on is null or ended_on > month_end)
    group by all
),
first_paid as (
    select
        client_account_id, account_id, first_on, sum(mrr) as mrr_first, sum(mrr_base) as mrr_first_base
    from normalised.subscription
    join (
        select client_account_id, account_id, min(valid_from) as first_on
        from normalised.subscription where mrr_original > 0 group by all
    ) as first using (client_account_id, account_id)
    where valid_from <= first_on and (valid_to is null or valid_to > first_on)
    group by client_account_id, account_id, first_on
),
paid as (
    select
        client_account_id, account_id, months_since_start,
        sum(case when currency_original = upper(report_currency) then mrr
            else converted_amount(mrr_original, currency_original, upper(report_currency), to_report.rate) end) as mrr,
        sum(case when currency_original = upper($base_currency) then mrr_base
            else converted_amount(mrr_original, currency_original, upper($base_currency), to_base.rate) end) as mrr_base
    from ends
    join first_paid using (client_account_id, account_id)
    join normalised.subscription using (client_account_id, account_id)
    join normalised.client_account using (client_account_id)
    left join normalised.fx_daily to_report
        on to_report.currency_from = nullif(currency_original, upper(report_currency))
        and to_report.currency_to = upper(report_currency) and to_report.day = date_trunc('month', first_on)::date
    left join normalised.fx_daily to_base
        on to_base.currency_from = nullif(currency_original, upper($base_currency))
        and to_base.currency_to = upper($base_currency) and to_base.day = date_trunc('month', first_on)::date
    where valid_from <= month_end and (valid_to is null or valid_to > month_end)
    group by all
)
select
    ends.*,
    coalesce(is_active, false) as is_active,
    mrr_first,
    mrr_first_base,
    coalesce(mrr, case when mrr_first is not null and paid.account_id is null then 0 end) as mrr,
    coalesce(mrr_base, case when mrr_first_base is not null and paid.account_id is null then 0 end) as mrr_base
from ends
left join active using (client_account_id, account_id, months_since_start)
left join first_paid using (client_account_id, account_id)
left join paid using (client_account_id, account_id, months_since_start)
