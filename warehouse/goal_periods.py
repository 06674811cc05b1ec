"""Goals with what was reached: from the stored values of the client account, else computed for the goal alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from schemas import DateRange, Filter, Grain, Operator, entities_of
from warehouse.build_context import BuildContext
from warehouse.clients import read_client_accounts
from warehouse.metric_about import stage_metric_about
from warehouse.period_values import OVERVIEW, Wanted, create_value_table, dataset_of, stage_values, with_rows

_SELECT = (Path(__file__).parent / "build" / "goal_period.sql").read_text(encoding="utf-8").rstrip()
_STORED_GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
# Health reads which goals of an account were met; goals on health itself are judged afterwards and cannot count.
_AFTER_HEALTH = frozenset({"health_snapshot", "account_span", "account_span_end"})

# A goal of a day inside a period means the period. `is_own` says that nobody has stored its value; `is_counted`, that
# there are rows of the kind that it counts, so that none in a period means zero.
_GOALS = """
create or replace temp table wanted_goal as
select
    goal.client_account_id,
    coalesce(goal.source_system || '|', '') || goal.source_id as goal_id,
    goal.metric_id,
    goal.account_id,
    goal.account,
    goal.filter_field,
    goal.filter_value,
    lower(goal.period_grain) as period_grain,
    case lower(goal.period_grain)
        when 'week' then week_start when 'month' then month_start
        when 'quarter' then quarter_start when 'year' then year_start
    end as period_start,
    cast(case lower(goal.period_grain)
        when 'week' then week_start + interval 7 days when 'month' then month_start + interval 1 month
        when 'quarter' then quarter_start + interval 3 months when 'year' then year_start + interval 1 year
    end as date) - 1 as period_end,
    goal.target, goal.target_min, goal.target_max, lower(goal.goal_direction) as goal_direction, goal.near_share,
    goal.weight,
    goal.account_id is not null or goal.filter_field is not null or lower(goal.period_grain) = 'week'
        or not list_contains($stored, goal.metric_id) as is_own,
    false as is_counted
from normalised.goal as goal
join normalised.calendar on date_day = goal.period_start
where goal.is_listed and lower(goal.period_grain) in ('week', 'month', 'quarter', 'year')
"""


@dataclass(frozen=True)
class _Group:
    """Goals that one statement answers; `part` is the dimension whose values they are about."""

    dataset: str
    grain: Grain
    part: str | None
    filters: tuple[tuple[Filter, ...], ...]


@dataclass(frozen=True)
class _Goal:
    goal_id: str
    client_account_id: str
    metric_id: str
    part_value: str | None
    start: date
    end: date


def build_goal_periods(context: BuildContext) -> str:
    """Stage the goals and the values that are not stored, and return the SELECT that judges them."""
    _stage_goals(context)
    _stage_values(context)
    return _SELECT


def build_account_goals(context: BuildContext) -> str:
    """Return the SELECT of the goals of accounts that are decided: whether each was met."""
    _stage_goals(context)
    too_early = [
        name
        for name, metric in context.model.metrics.items()
        if not _AFTER_HEALTH.isdisjoint(entities_of(metric, context.model.metrics))
    ]
    context.connection.execute(
        "delete from wanted_goal where account_id is null or period_end >= $today or list_contains($health, metric_id)",
        {"today": context.today, "health": too_early},
    )
    _stage_values(context)
    return (
        "select client_account_id, account_id, period_end, goal_status = 'good' as is_met "  # noqa: S608
        f"from ({_SELECT}\n) where is_closed and account_id is not null and goal_status <> 'no goal'"
    )


def _stage_goals(context: BuildContext) -> None:
    stage_metric_about(context)
    overview = context.model.datasets.get(OVERVIEW)
    context.connection.execute(_GOALS, {"stored": list(overview.metrics) if overview is not None else []})
    pairs = context.connection.execute("select distinct client_account_id, metric_id from wanted_goal").fetchall()
    for client, metric in pairs:
        if metric in context.model.metrics and with_rows(context, [metric], client):
            context.connection.execute(
                "update wanted_goal set is_counted = true where client_account_id = $1 and metric_id = $2",
                [client, metric],
            )


def _stage_values(context: BuildContext) -> None:
    context.connection.execute(
        "create or replace temp table goal_value (client_account_id varchar, goal_id varchar, metric_value double)"
    )
    clients = {client.id: client for client in read_client_accounts(context.connection)}
    for group, goals in _groups(context).items():
        create_value_table(context, "goal_answer")
        mine = [clients[name] for name in sorted({goal.client_account_id for goal in goals} & clients.keys())]
        stage_values(context, "goal_answer", mine, _wanted(context, group, goals))
        context.connection.execute(
            """insert into goal_value
               select answer.client_account_id, goal_id, metric_value
               from wanted_goal as goal
               join goal_answer as answer using (client_account_id, metric_id, period_grain, period_start)
               where list_contains($goals, goal_id) and answer.part is not distinct from
                   case when $part = 'account_id' then goal.account_id
                        when $part is not null then goal.filter_value end""",
            {"goals": [goal.goal_id for goal in goals], "part": group.part},
        )


def _groups(context: BuildContext) -> dict[_Group, list[_Goal]]:
    rows = context.connection.execute(
        """select goal_id, client_account_id, metric_id, account_id, filter_field, filter_value, period_grain,
                  period_start, period_end
           from wanted_goal where is_own and period_start <= $today
           order by client_account_id, goal_id""",
        {"today": context.today},
    ).fetchall()
    groups: dict[_Group, list[_Goal]] = defaultdict(list)
    for goal_id, client, metric, account, field, value, grain, start, end in rows:
        dataset = _fitting_dataset(context, metric, [name for name in (account and "account_id", field) if name])
        if dataset is None:
            context.connection.execute("update wanted_goal set is_counted = false where goal_id = $1", [goal_id])
            continue
        both = account is not None and field is not None
        filters = ((Filter(field, Operator.EQUALS, (value,)),),) if both else ()
        part = "account_id" if account is not None else field
        group = _Group(dataset, Grain(grain), part, filters)
        groups[group].append(_Goal(goal_id, client, metric, account if account is not None else value, start, end))
    return groups


def _fitting_dataset(context: BuildContext, metric: str, dimensions: Iterable[str]) -> str | None:
    """Name the dataset that has the metric and the dimensions: a goal on something else has no value."""
    model = context.model
    if metric not in model.metrics:
        return None
    columns = [model.dimensions.get(name) for name in dimensions]
    entities = [model.entities[name] for name in entities_of(model.metrics[metric], model.metrics)]
    if any(one is None or any(entity.column_of(one) is None for entity in entities) for one in columns):
        return None
    return dataset_of(model, metric)


def _wanted(context: BuildContext, group: _Group, goals: Iterable[_Goal]) -> Wanted:
    listed = list(goals)
    last = min(max(goal.end for goal in listed), context.today)
    values = tuple(sorted({goal.part_value for goal in listed if goal.part_value is not None}))
    of_part = ((Filter(group.part, Operator.IN_LIST, values),),) if group.part is not None else ()
    return Wanted(
        dataset=group.dataset,
        metrics=tuple(sorted({goal.metric_id for goal in listed})),
        grain=group.grain,
        dates=DateRange(min(goal.start for goal in listed), last + timedelta(days=1)),
        part=group.part,
        filters=(*of_part, *group.filters),
    )
