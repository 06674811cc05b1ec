-- What was known of every active account on the days that its health is computed for: the last 90 days, before that the
-- last day of each week and month, for three years; and 30 days before each of those, for the change since then.
with
zones as (
    select
        client_account_id, timezone,
        cast(timezone(timezone, make_timestamptz(epoch_us($now))) as date) as today
    from normalised.client_account
),
snapshot_days as (
    select client_account_id, date_day as snapshot_on, last_day(date_day) = date_day as is_month_end
    from normalised.calendar, zones
    where date_day between cast(today - interval 3 years as date) and today
        and (date_day > today - 90 or last_day(date_day) = date_day or week_start + 6 = date_day)
),
scored_days as (
    select client_account_id, snapshot_on from snapshot_days
    union
    select client_account_id, snapshot_on - 30 from snapshot_days
),
points as (
    select client_account_id, account_id, snapshot_on, min(ended_on) as ended_on
    from scored_days
    join normalised.active_span using (client_account_id)
    where started_on <= snapshot_on and (ended_on is null or ended_on > snapshot_on)
    group by all
),
-- One line of days for each account: what happened, and the days that are asked about. Windows over it look back.
happened as (
    select client_account_id, account_id, snapshot_on as day_on, true as is_asked
    from points
    union all by name
    select
        client_account_id, account_id, occurred_on as day_on,
        true as is_active,
        bool_or(is_use) as is_used,
        bool_or(is_touch) as is_touched,
        bit_or(
            case kind
                when 'call' then 1 when 'visit' then 2 when 'meeting' then 4 when 'mail' then 8
                when 'document' then 16 when 'login' then 32 when 'feature_use' then 64 else 128
            end
        ) as kinds
    from normalised.activity
    where is_listed and account_id is not null
    group by all
    union all by name
    select
        client_account_id, account_id, created_date as day_on,
        count(*) as tickets, count_if(is_reopened) as reopened, count_if(is_escalated) as escalated
    from normalised.ticket
    where is_listed and account_id is not null
    group by all
    union all by name
    select
        client_account_id, account_id, responded_on as day_on,
        max_by(score_normalised, (responded_at, source_id)) filter (where kind = 'nps') as nps,
        max_by(score_normalised, (responded_at, source_id)) filter (where kind = 'csat') as csat,
        max_by(score_normalised, (responded_at, source_id)) filter (where kind = 'ces') as ces,
        max_by(raw_value, (responded_at, source_id)) filter (where kind = 'nps') as nps_raw
    from normalised.survey_response
    where is_answer and account_id is not null and score_normalised is not null
    group by all
),
timeline as (
    select
        client_account_id, account_id, day_on as snapshot_on, is_asked,
        day_on - max(case when is_active then day_on end) over so_far as days_since_activity,
        count_if(is_active) over four_weeks as activity_days,
        cast(bit_count(bit_or(kinds) over four_weeks) as bigint) as kinds_used,
        day_on - max(case when is_used then day_on end) over so_far as days_since_use,
        count_if(is_used) over four_weeks as used_days,
        day_on - max(case when is_touched then day_on end) over so_far as days_since_touch,
        sum(tickets) over so_far > 0 as has_tickets,
        cast(sum(reopened) over ninety_days as bigint) as reopened,
        cast(sum(escalated) over ninety_days as bigint) as escalated,
        last_value(nps_raw ignore nulls) over so_far as last_nps,
        [
            last_value(case when nps >= 0 then {'value': nps, 'on': day_on} end ignore nulls) over so_far,
            last_value(case when csat >= 0 then {'value': csat, 'on': day_on} end ignore nulls) over so_far,
            last_value(case when ces >= 0 then {'value': ces, 'on': day_on} end ignore nulls) over so_far
        ] as answers
    from happened
    window
        so_far as (
            partition by client_account_id, account_id order by day_on
            range between unbounded preceding and current row
        ),
        four_weeks as (
            partition by client_account_id, account_id order by day_on
            range between interval 27 days preceding and current row
        ),
        ninety_days as (
            partition by client_account_id, account_id order by day_on
            range between interval 89 days preceding and current row
        )
),
looked_back as (
    select
        * exclude (answers, is_asked),
        -- An answer fades to the middle, which says nothing.
        list_filter(
            list_transform(
                answers,
                lambda answer: case when answer.on > snapshot_on - 180 then
                    50 + (100 * answer.value - 50) * (1 - (snapshot_on - answer.on) / 180)
                end
            ),
            lambda faded: faded is not null
        ) as faded
    from timeline
    where is_asked
),
open_facts as (
    select
        client_account_id, account_id, snapshot_on,
        cast(sum(open_count) as bigint) as open_tickets,
        cast(sum(breached_count) as bigint) as breached_tickets
    from normalised.ticket_backlog_day
    where account_id is not null
    group by all
),
complaints as (
    select
        client_account_id, account_id, created_date,
        cast(timezone(timezone, make_timestamptz(epoch_us(coalesce(solved_at, closed_at)))) as date) as ended_on
    from normalised.ticket
    join zones using (client_account_id)
    where is_complaint and is_listed and account_id is not null
),
complaint_facts as (
    select client_account_id, account_id, snapshot_on, count(*) as open_complaints
    from points
    join complaints using (client_account_id, account_id)
    where created_date <= snapshot_on and (complaints.ended_on is null or complaints.ended_on > snapshot_on)
    group by all
),
first_invoices as (
    select client_account_id, account_id, min(issued_on) as first_issued_on
    from normalised.invoice
    where is_counted and kind = 'invoice' and account_id is not null
    group by all
),
overdue_facts as (
    select
        client_account_id, account_id, snapshot_on,
        max(snapshot_on - due_on) as days_overdue,
        cast(sum(amount_due) as bigint) as overdue_amount,
        cast(sum(amount_due_base) as bigint) as overdue_amount_base
    from points
    join normalised.invoice_open_span as open_span using (client_account_id, account_id)
    where opens_on <= snapshot_on and (closes_on is null or closes_on > snapshot_on) and due_on < snapshot_on
    group by all
),
subscribed as (
    select client_account_id, account_id, min(valid_from) as first_valid_from
    from normalised.subscription
    where account_id is not null
    group by all
),
mrr_facts as (
    select client_account_id, account_id, snapshot_on, cast(sum(mrr) as bigint) as mrr,
        cast(sum(mrr_base) as bigint) as mrr_base
    from points
    join normalised.subscription using (client_account_id, account_id)
    where valid_from <= snapshot_on and (valid_to is null or valid_to > snapshot_on)
    group by all
),
goal_facts as (
    select points.client_account_id, points.account_id, snapshot_on, avg(cast(is_met as integer)) as goals_met
    from points
    join normalised.account_goal on account_goal.client_account_id = points.client_account_id
        and account_goal.account_id = points.account_id
        and account_goal.period_end < snapshot_on and account_goal.period_end >= snapshot_on - 365
    group by all
)
select
    client_account_id,
    account_id,
    snapshot_on,
    snapshot_days.snapshot_on is not null as is_snapshot,
    coalesce(is_month_end, false) as is_month_end,
    today,
    ended_on,
    days_since_activity,
    activity_days,
    kinds_used,
    days_since_use,
    used_days,
    days_since_touch,
    coalesce(has_tickets, false) as has_tickets,
    coalesce(open_tickets, 0) as open_tickets,
    coalesce(breached_tickets, 0) as breached_tickets,
    coalesce(open_complaints, 0) as open_complaints,
    coalesce(reopened, 0) as reopened,
    coalesce(escalated, 0) as escalated,
    last_nps,
    list_sum(faded) / nullif(len(faded), 0) as satisfaction,
    coalesce(first_issued_on <= snapshot_on, false) as has_invoices,
    coalesce(days_overdue, 0) as days_overdue,
    case when overdue_facts.account_id is not null then overdue_amount else 0 end as overdue_amount,
    case when overdue_facts.account_id is not null then overdue_amount_base else 0 end as overdue_amount_base,
    case when mrr_facts.account_id is not null then mrr when first_valid_from <= snapshot_on then 0 end as mrr,
    case when mrr_facts.account_id is not null then mrr_base when first_valid_from <= snapshot_on then 0 end
        as mrr_base,
    goals_met
from points
join zones using (client_account_id)
join looked_back using (client_account_id, account_id, snapshot_on)
left join snapshot_days using (client_account_id, snapshot_on)
left join open_facts using (client_account_id, account_id, snapshot_on)
left join complaint_facts using (client_account_id, account_id, snapshot_on)
left join overdue_facts using (client_account_id, account_id, snapshot_on)
left join mrr_facts using (client_account_id, account_id, snapshot_on)
left join goal_facts using (client_account_id, account_id, snapshot_on)
left join first_invoices using (client_account_id, account_id)
left join subscribed using (client_account_id, account_id)
