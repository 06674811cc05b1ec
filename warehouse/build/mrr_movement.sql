-- Why recurring revenue moved, account by account and month by month. What changed at the rates of the start is a
-- movement; what only the rates did, or the lack of one, is the exchange rate effect.
create or replace temp macro movement(opened, closed, same_fx, had_mrr, is_unknown) as {
    new_amount: case when not is_unknown and opened = 0 and not had_mrr then closed else 0 end,
    reactivation: case when not is_unknown and opened = 0 and had_mrr then closed else 0 end,
    expansion: case when not is_unknown and opened > 0 and same_fx > opened then same_fx - opened else 0 end,
    contraction:
        case when not is_unknown and opened > 0 and same_fx > 0 and same_fx < opened then opened - same_fx else 0 end,
    churn: case when not is_unknown and opened > 0 and same_fx = 0 then opened else 0 end,
    fx_effect: case when is_unknown then closed - opened when opened > 0 then closed - same_fx else 0 end
};

create or replace temp macro is_sound(opened, moved, closed) as
    opened + moved.new_amount + moved.expansion + moved.reactivation + moved.fx_effect
        - moved.contraction - moved.churn = closed;

with
monthly as (
    select
        client_account_id, account_id, period_start as month_start, plan, had_mrr,
        coalesce(mrr_start, 0) as opened,
        coalesce(mrr_end, 0) as closed,
        mrr_end_same_fx as same_fx,
        is_unvalued or mrr_end_same_fx is null as is_unknown,
        coalesce(mrr_start_base, 0) as opened_base,
        coalesce(mrr_end_base, 0) as closed_base,
        mrr_end_same_fx_base as same_fx_base,
        is_unvalued_base or mrr_end_same_fx_base is null as is_unknown_base
    from normalised.period_value
    where period_grain = 'month'
        and (mrr_start <> 0 or mrr_end <> 0 or mrr_start_base <> 0 or mrr_end_base <> 0)
),
moves as (
    select
        *,
        movement(opened, closed, same_fx, had_mrr, is_unknown) as moved,
        movement(opened_base, closed_base, same_fx_base, had_mrr, is_unknown_base) as moved_base
    from monthly
)
select
    client_account_id,
    account_id,
    month_start,
    plan,
    case
        when is_sound(opened, moved, closed) and is_sound(opened_base, moved_base, closed_base) then opened
        else error('The movements of account ' || account_id || ' in ' || month_start || ' do not add up.')
    end as mrr_start,
    moved.new_amount as new_amount,
    moved.expansion as expansion_amount,
    moved.contraction as contraction_amount,
    moved.churn as churn_amount,
    moved.reactivation as reactivation_amount,
    moved.fx_effect as fx_effect_amount,
    closed as mrr_end,
    opened_base as mrr_start_base,
    moved_base.new_amount as new_amount_base,
    moved_base.expansion as expansion_amount_base,
    moved_base.contraction as contraction_amount_base,
    moved_base.churn as churn_amount_base,
    moved_base.reactivation as reactivation_amount_base,
    moved_base.fx_effect as fx_effect_amount_base,
    closed_base as mrr_end_base
from moves
