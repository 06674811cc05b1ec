-- Each goal with what was reached, over the temporary tables wanted_goal, goal_value and metric_about.
--   up: actual ÷ target; down: target ÷ actual; band: 1 inside, actual ÷ min below, max ÷ actual above
-- A goal is good when met, "watch" while off by no more than the share near_share of the target, else bad. What adds up
-- is measured against the part of the target that the days so far are due, while its period is open.
with
valued as (
    select
        wanted_goal.*,
        about.metric_label,
        about.is_additive,
        coalesce(goal_direction, about.direction, 'up') as way,
        -- Nothing at all is zero for what is counted, once the client account has some of it.
        coalesce(
            goal_value.metric_value,
            snapshot.metric_value,
            case when about.is_additive and wanted_goal.is_counted and wanted_goal.period_start <= $today then 0 end
        ) as actual
    from wanted_goal
    left join metric_about as about using (metric_id)
    left join goal_value using (goal_id, client_account_id)
    left join normalised.metric_snapshot as snapshot
        on not wanted_goal.is_own
        and snapshot.client_account_id = wanted_goal.client_account_id
        and snapshot.metric_id = wanted_goal.metric_id
        and snapshot.period_grain = wanted_goal.period_grain
        and snapshot.period_start = wanted_goal.period_start
),
elapsed as (
    select
        *,
        period_end < $today as is_closed,
        case when period_start <= $today then
            (least(period_end, $today) - period_start + 1) / (period_end - period_start + 1)
        end as elapsed_share
    from valued
),
due as (
    select
        *,
        case when is_additive and not is_closed then elapsed_share else 1 end as due_share,
        coalesce(near_share, 0) as near
    from elapsed
)
select
    client_account_id,
    goal_id,
    metric_id,
    metric_label,
    account_id,
    account,
    period_grain,
    period_start,
    period_end,
    actual,
    target,
    target_min,
    target_max,
    way as goal_direction,
    weight,
    case way
        when 'up' then actual / nullif(target, 0)
        when 'down' then target / nullif(actual, 0)
        when 'band' then
            case
                when actual < target_min then actual / nullif(target_min, 0)
                when actual > target_max then target_max / nullif(actual, 0)
                when actual is not null and coalesce(target_min, target_max) is not null then 1
            end
    end as attainment,
    case when is_additive and way <> 'band' then actual / nullif(target * elapsed_share, 0) end as pace,
    case
        when way = 'band' and target_min is null and target_max is null then 'no goal'
        when way <> 'band' and target is null then 'no goal'
        when actual is null then null
        when way = 'up' then
            case
                when actual >= target * due_share then 'good'
                when actual >= target * due_share - near * abs(target * due_share) then 'watch'
                else 'bad'
            end
        when way = 'down' then
            case
                when actual <= target * due_share then 'good'
                when actual <= target * due_share + near * abs(target * due_share) then 'watch'
                else 'bad'
            end
        when way = 'band' then
            case
                when actual >= coalesce(target_min, actual) * due_share and actual <= coalesce(target_max, actual)
                    then 'good'
                when actual >= coalesce(target_min, actual) * due_share - near * abs(coalesce(target_min, actual))
                    and actual <= coalesce(target_max, actual) + near * abs(coalesce(target_max, actual))
                    then 'watch'
                else 'bad'
            end
    end as goal_status,
    is_closed
from due
