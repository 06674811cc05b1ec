-- The unbroken times in which an account is active: while a subscription is paid for where it has any, else from
-- acquisition to churn. Ends are the first day no longer active; an end that has not come yet is not known.
with
subscribed as (
    select
        client_account_id, account_id,
        greatest(valid_from, trial_end) as opens_on,
        least(valid_to, ended_on) as closes_on,
        coalesce(subscription_status, 'active') not in ('incomplete', 'paused', 'unpaid', 'ended')
            and not (coalesce(subscription_status, 'active') = 'trialing' and trial_end is null) as is_paid
    from normalised.subscription_item
    where is_listed and account_id is not null
),
known as (
    select
        client_account_id, account_id,
        any_value(acquired_on order by source_system) as opens_on,
        any_value(churned_on order by source_system) as closes_on
    from normalised.account
    where is_listed and coalesce(is_customer, true)
    group by all
),
times as (
    select client_account_id, account_id, opens_on, closes_on from subscribed where is_paid
    union all
    select client_account_id, account_id, opens_on, closes_on
    from known anti join subscribed using (client_account_id, account_id)
),
begun as (
    select client_account_id, account_id, opens_on, case when closes_on <= $today then closes_on end as closes_on
    from times
    where opens_on <= $today and (closes_on is null or closes_on > opens_on)
),
followed as (
    select
        *,
        max(coalesce(closes_on, date '9999-12-31')) over (
            partition by client_account_id, account_id order by opens_on, closes_on nulls last
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from begun
),
numbered as (
    select
        *,
        count_if(covered_until is null or opens_on > covered_until) over (
            partition by client_account_id, account_id order by opens_on, closes_on nulls last
            rows between unbounded preceding and current row
        ) as span_number
    from followed
)
select
    client_account_id, account_id, span_number,
    min(opens_on) as started_on,
    case when count(*) = count(closes_on) then max(closes_on) end as ended_on
from numbered
group by all
