-- Active times of accounts with what is known of their end: why, after how long, and how the account felt last.
with
known as (
    select
        client_account_id, account_id,
        any_value(acquired_on order by source_system) as acquired_on,
        any_value(acquired_paid order by source_system) as acquired_paid,
        any_value(churn_reason order by source_system) as churn_reason
    from normalised.account
    where is_listed
    group by all
),
cancelled as (
    select client_account_id, account_id, ended_on, any_value(cancel_reason order by source_system, source_id) as reason
    from normalised.subscription_item
    where is_listed and cancel_reason is not null and ended_on is not null
    group by all
),
spans as (
    select
        *,
        min(started_on) over same_account as first_on,
        span_number = max(span_number) over same_account as is_last
    from normalised.active_span
    window same_account as (partition by client_account_id, account_id)
),
ended as (
    select
        spans.*,
        known.acquired_paid,
        coalesce(known.acquired_on, first_on) as acquired_on,
        -- The account's own reason is that of its last end.
        case when ended_on is not null then
            coalesce(cancelled.reason, case when is_last then known.churn_reason end)
        end as churn_reason
    from spans
    left join known using (client_account_id, account_id)
    left join cancelled using (client_account_id, account_id, ended_on)
),
scores as (
    select client_account_id, account_id, snapshot_on, score from normalised.health_snapshot where score is not null
),
answers as (
    select client_account_id, account_id, responded_on, max_by(raw_value, (responded_at, source_id)) as raw_value
    from normalised.survey_response
    where is_answer and kind = 'nps' and account_id is not null and raw_value is not null
    group by all
)
select
    ended.client_account_id,
    ended.account_id,
    started_on,
    ended_on,
    case when span_number = 1 then 'new' else 'reactivated' end as start_kind,
    acquired_on,
    acquired_paid,
    churn_reason,
    case when ended_on is not null then greatest(0, ended_on - 1 - acquired_on) end / (365.25 / 12)
        as churned_tenure_months,
    -- An older score than a month says nothing about the end.
    case when scores.snapshot_on >= ended_on - 31 then scores.score end as churned_health_score,
    case when ended_on is not null then answers.raw_value end as churned_nps
from ended
asof left join scores
    on scores.client_account_id = ended.client_account_id and scores.account_id = ended.account_id
    and scores.snapshot_on < ended.ended_on
asof left join answers
    on answers.client_account_id = ended.client_account_id and answers.account_id = ended.account_id
    and answers.responded_on < ended.ended_on
