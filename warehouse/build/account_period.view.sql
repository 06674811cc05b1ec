-- Accounts by week, month, quarter and year: what they were and paid at both ends, and for how long they have been
-- accounts at the end, or were at their own.
select
    value.client_account_id,
    value.account_id,
    value.period_grain,
    value.period_start,
    value.period_end,
    value.is_active_start,
    value.is_active_end,
    value.is_active_any,
    case when account.acquired_on is not null then
        greatest(0, least(value.end_day, account.last_on) - account.acquired_on) / (365.25 / 12)
    end as tenure_months,
    value.plan,
    value.mrr_start,
    value.mrr_end,
    value.mrr_end_same_fx,
    value.mrr_start_base,
    value.mrr_end_base,
    value.mrr_end_same_fx_base
from normalised.period_value as value
left join (
    select
        client_account_id, account_id, min(acquired_on) as acquired_on,
        case when count(*) = count(ended_on) then max(ended_on) - 1 end as last_on
    from normalised.account_span group by all
) as account using (client_account_id, account_id)
where value.is_active_any or value.is_active_start or value.mrr_start <> 0 or value.mrr_end <> 0
