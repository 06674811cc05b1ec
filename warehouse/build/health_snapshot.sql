-- Five components from 0 to 100, each from what was known on that day; a component without data is NULL.
--   usage         mean of recency (100 on a day of use, 0 after 30 days) and frequency (days of use in 28; 20 are 100)
--   support       100, less 20 for each open ticket past its promise, less 10 for each of the last 90 days' tickets
--                 that was reopened, and 10 for each that was escalated
--   satisfaction  mean of the last NPS, CSAT and CES answer, each of which fades to 50 within 180 days
--   payment       100 without overdue invoices, 0 when the oldest is 60 days overdue
--   relationship  mean of contact (100 within 14 days, 0 after 90) and the share of the account's goals of a year met
-- `engagement` is the mean of recency, frequency and breadth (kinds of activity in 28 days; 4 are 100) of all activity.
-- score = Σ weight × component ÷ Σ weight over the components with data, if those carry at least half of the weight.
with
components as (
    select
        *,
        case when days_since_use is not null then
            (greatest(0, 100 - 100 * days_since_use / 30) + least(100, 100 * used_days / 20)) / 2
        end as usage,
        case when has_tickets then
            cast(greatest(0, 100 - 20 * breached_tickets - 10 * reopened - 10 * escalated) as double)
        end as support,
        case when has_invoices then greatest(0, 100 - 100 * days_overdue / 60) end as payment,
        case
            when goals_met is null then contact
            when contact is null then 100 * goals_met
            else (contact + 100 * goals_met) / 2
        end as relationship
    from (
        -- least and greatest pass over NULL, so what is not known is asked for first.
        select
            *,
            case when days_since_touch is not null then
                least(100, greatest(0, 100 * (90 - days_since_touch) / 76))
            end as contact
        from normalised.health_fact
    )
),
weight_sets as (
    select
        client_account_id, valid_from, weights_version, red_below, green_from,
        weight_usage, weight_support, weight_satisfaction, weight_payment, weight_relationship
    from normalised.health_weight_set
    where is_listed
    qualify row_number() over (partition by client_account_id, valid_from order by source_system, source_id) = 1
),
weighted as (
    select
        components.*,
        case when weight_sets.valid_from is null then 'default-1' else weights_version end as weights_version,
        coalesce(red_below, 40) as red_below,
        coalesce(green_from, 70) as green_from,
        case when weight_sets.valid_from is null then 30 else coalesce(weight_usage, 0) end as weight_usage,
        case when weight_sets.valid_from is null then 20 else coalesce(weight_support, 0) end as weight_support,
        case when weight_sets.valid_from is null then 20 else coalesce(weight_satisfaction, 0) end
            as weight_satisfaction,
        case when weight_sets.valid_from is null then 15 else coalesce(weight_payment, 0) end as weight_payment,
        case when weight_sets.valid_from is null then 15 else coalesce(weight_relationship, 0) end
            as weight_relationship
    from components
    asof left join weight_sets on weight_sets.client_account_id = components.client_account_id
        and weight_sets.valid_from <= components.snapshot_on
),
listed as (
    select
        *,
        list_filter(
            [
                {'name': 'payment', 'weight': weight_payment, 'value': payment},
                {'name': 'relationship', 'weight': weight_relationship, 'value': relationship},
                {'name': 'satisfaction', 'weight': weight_satisfaction, 'value': satisfaction},
                {'name': 'support', 'weight': weight_support, 'value': support},
                {'name': 'usage', 'weight': weight_usage, 'value': usage}
            ],
            lambda part: part.weight > 0
        ) as parts
    from weighted
),
summed as (
    select
        *,
        list_filter(parts, lambda part: part.value is not null) as present,
        list_transform(list_filter(parts, lambda part: part.value is null), lambda part: part.name) as missing
    from listed
),
scored as (
    select
        * exclude (parts),
        case
            when 2 * list_sum(list_transform(present, lambda part: part.weight))
                >= list_sum(list_transform(parts, lambda part: part.weight))
            then list_sum(list_transform(present, lambda part: part.weight * part.value))
                / list_sum(list_transform(present, lambda part: part.weight))
        end as score
    from summed
),
banded as (
    select
        *,
        case
            when score is null then 'not enough data'
            when score < red_below then 'red'
            when score < green_from then 'amber'
            else 'green'
        end as health_band,
        -- The component that takes most points away; of equal ones the first by name.
        case when score < 100 then
            list_sort(
                list_transform(present, lambda part: {'lost': -part.weight * (100 - part.value), 'name': part.name})
            )[1].name
        end as risk_reason,
        case when score is not null then
            rank() over (
                partition by client_account_id, snapshot_on, is_snapshot, score is null order by score desc
            )
        end as rank_in_client
    from scored
)
select
    banded.client_account_id,
    banded.account_id,
    banded.snapshot_on,
    banded.is_month_end,
    banded.score,
    banded.health_band,
    banded.weights_version,
    banded.usage as component_usage,
    banded.support as component_support,
    banded.satisfaction as component_satisfaction,
    banded.payment as component_payment,
    banded.relationship as component_relationship,
    nullif(array_to_string(banded.missing, ', '), '') as missing_components,
    banded.risk_reason,
    banded.rank_in_client,
    banded.score - earlier.score as change_30d,
    case when days_since_activity is not null then
        (
            greatest(0, 100 - 100 * days_since_activity / 30)
            + least(100, 100 * activity_days / 20)
            + least(100, 100 * coalesce(kinds_used, 0) / 4)
        ) / 3
    end as engagement,
    mrr,
    mrr_base,
    -- Of a scored account that is not at risk, nothing is; of one without a score it is not known.
    case when banded.score is not null then mrr * cast(banded.health_band = 'red' as integer) end as mrr_red,
    case when banded.score is not null then mrr_base * cast(banded.health_band = 'red' as integer) end as mrr_red_base,
    banded.score * mrr as score_by_mrr,
    case when banded.score is not null then mrr end as mrr_scored,
    open_tickets,
    open_complaints,
    overdue_amount,
    overdue_amount_base,
    last_nps,
    days_since_activity as days_since_last_activity,
    case when banded.is_month_end and banded.snapshot_on <= today - 90 then
        coalesce(ended_on <= banded.snapshot_on + 90, false)
    end as churned_within_90d
from banded
left join (select client_account_id, account_id, snapshot_on, score from banded) as earlier
    on earlier.client_account_id = banded.client_account_id
    and earlier.account_id = banded.account_id
    and earlier.snapshot_on = banded.snapshot_on - 30
where banded.is_snapshot
