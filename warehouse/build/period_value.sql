-- What accounts were, and paid a month, at the start and the end of every week, month, quarter and year. The start is
-- the day before a period; a period that has not ended yet is looked at today. `same_fx` is the end at the rates of
-- the start. Numbers instead of names until the end: there are hundreds of periods for every account.
create or replace temp table value_period as
select row_number() over () as period_number, *, period_start - 1 as start_day, least(period_end, $today) as end_day
from (
    select distinct
        unnest(['week', 'month', 'quarter', 'year']) as period_grain,
        unnest([week_start, month_start, quarter_start, year_start]) as period_start,
        unnest([
            week_start + 6, last_day(month_start),
            cast(quarter_start + interval 3 months as date) - 1, cast(year_start + interval 1 year as date) - 1
        ]) as period_end
    from normalised.calendar
    where date_day <= $today and date_day >= least(
        (select min(started_on) from normalised.active_span), (select min(valid_from) from normalised.subscription)
    )
);

create or replace temp table value_account as
select row_number() over () as account_number, *, upper(report_currency) as report_code
from (
    select client_account_id, account_id from normalised.active_span
    union
    select client_account_id, account_id from normalised.subscription
)
join normalised.client_account using (client_account_id);

create or replace temp table value_version as
select
    account_number, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to, mrr_original, mrr, mrr_base, currency_original, report_code,
    nullif(currency_original, report_code) as foreign_to_report,
    nullif(currency_original, upper($base_currency)) as foreign_to_base,
    plan,
    min(case when mrr_original > 0 then valid_from end) over (partition by account_number) as first_on
from normalised.subscription
join value_account using (client_account_id, account_id);

-- When an account was first billed for anything, and when it first paid.
create or replace temp table value_billed as
select account_number, min(valid_from) as billed_from, any_value(first_on) as first_on
from value_version group by 1;

-- Versions that bring nothing would only be added to sums.
delete from value_version where mrr_original = 0;

with
active as (
    select
        account_number, period_number,
        bool_or(started_on <= start_day and (ended_on is null or ended_on > start_day)) as is_active_start,
        bool_or(started_on <= end_day and (ended_on is null or ended_on > end_day)) as is_active_end,
        bool_or(ended_on is null or ended_on > period_start) as is_active_any
    from normalised.active_span
    join value_account using (client_account_id, account_id)
    join value_period on started_on <= end_day and coalesce(ended_on, date '9999-12-31') >= period_start
    group by all
),
opening as (
    select
        account_number, period_number,
        sum(mrr) as mrr_start,
        sum(mrr_base) as mrr_start_base,
        bool_or(mrr_original > 0 and mrr is null) as start_unvalued,
        bool_or(mrr_original > 0 and mrr_base is null) as start_unvalued_base,
        max_by(plan, mrr_original) as plan_start
    from value_version
    join value_period on valid_from <= start_day and valid_to > start_day
    group by all
),
closing as (
    select
        account_number, period_number,
        sum(mrr) as mrr_end,
        sum(mrr_base) as mrr_end_base,
        sum(case when foreign_to_report is null then mrr
            else converted_amount(mrr_original, currency_original, report_code, to_report.rate) end) as mrr_end_same_fx,
        sum(case when foreign_to_base is null then mrr_base
            else converted_amount(mrr_original, currency_original, upper($base_currency), to_base.rate)
            end) as mrr_end_same_fx_base,
        bool_or(mrr_original > 0 and mrr is null) as end_unvalued,
        bool_or(mrr_original > 0 and mrr_base is null) as end_unvalued_base,
        max_by(plan, mrr_original) as plan_end
    from value_version
    join value_period on valid_from <= end_day and valid_to > end_day
    left join normalised.fx_daily to_report
        on to_report.currency_from = foreign_to_report and to_report.currency_to = report_code
        and to_report.day = date_trunc('month', start_day)::date
    left join normalised.fx_daily to_base
        on to_base.currency_from = foreign_to_base and to_base.currency_to = upper($base_currency)
        and to_base.day = date_trunc('month', start_day)::date
    group by all
),
joined as (
    select *
    from active
    full join opening using (account_number, period_number)
    full join closing using (account_number, period_number)
)
select
    client_account_id,
    account_id,
    period_grain,
    period_start,
    period_end,
    end_day,
    coalesce(is_active_start, false) as is_active_start,
    coalesce(is_active_end, false) as is_active_end,
    coalesce(is_active_any, false) as is_active_any,
    coalesce(first_on <= start_day, false) as had_mrr,
    -- Without any subscription nothing is known of what an account pays; without one on that day it pays nothing.
    case when plan_end is not null then plan_end else plan_start end as plan,
    coalesce(mrr_start, case when billed_from is not null and not coalesce(start_unvalued, false) then 0 end) as mrr_start,
    coalesce(mrr_end, case when billed_from is not null and not coalesce(end_unvalued, false) then 0 end) as mrr_end,
    coalesce(mrr_end_same_fx, case when billed_from is not null and not coalesce(end_unvalued, false) then 0 end)
        as mrr_end_same_fx,
    coalesce(mrr_start_base, case when billed_from is not null and not coalesce(start_unvalued_base, false) then 0 end)
        as mrr_start_base,
    coalesce(mrr_end_base, case when billed_from is not null and not coalesce(end_unvalued_base, false) then 0 end)
        as mrr_end_base,
    coalesce(mrr_end_same_fx_base, case when billed_from is not null and not coalesce(end_unvalued_base, false) then 0 end)
        as mrr_end_same_fx_base,
    coalesce(start_unvalued, false) or coalesce(end_unvalued, false) as is_unvalued,
    coalesce(start_unvalued_base, false) or coalesce(end_unvalued_base, false) as is_unvalued_base
from joined
join value_account using (account_number)
join value_period using (period_number)
left join value_billed using (account_number)
