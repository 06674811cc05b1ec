"""From what a person or a script wants to be told of to an alert that can be kept, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from api.alerts.records import Alert, Filters, Rule
from api.alerts.words import default_name
from api.errors import InvalidSettingError
from api.workspaces.records import Caller
from api.writing.goals import goal_metrics
from api.writing.places import chosen_client
from schemas import AnyMetric, SemanticModel

_DAY = "date_day"
_MOST_VALUES = 50
_MOST_FILTERS = 10
_LONGEST_STALENESS = 400.0


@dataclass(frozen=True)
class AlertWish:
    """What was filled in; `client` is a slug, empty means all of them together."""

    metric: str
    rule: Rule
    client: str = ""
    name: str = ""
    dataset: str = ""
    filters: Filters | None = None


def alert_metrics(model: SemanticModel) -> dict[str, AnyMetric]:
    """Return the metrics that can have an alert: numbers of a dataset with days."""
    return {name: one for name, one in goal_metrics(model).items() if datasets_of(model, name, ())}


def datasets_of(model: SemanticModel, metric: str, filters: Iterable[str]) -> list[str]:
    """Return the datasets with days that serve a metric and can be narrowed by all of some dimensions."""
    wanted = {_DAY, *filters}
    return [
        name
        for name, one in model.datasets.items()
        if metric in one.metrics and wanted <= set(one.dimensions) and not _is_forbidden(model, metric, filters)
    ]


def checked(caller: Caller, model: SemanticModel, wish: AlertWish) -> Alert:
    """Return the alert to keep, or say what is wrong with it."""
    metric = alert_metrics(model).get(wish.metric)
    if metric is None:
        raise InvalidSettingError(f"There is no metric '{wish.metric[:60]}' that can have an alert. Choose the metric.")
    client = chosen_client(caller, wish.client) if wish.client else None
    if client is None and caller.narrowed:
        raise InvalidSettingError("Choose the client account.")
    filters = dict(wish.filters or {})
    _check_filters(model, filters)
    served = datasets_of(model, metric.name, filters)
    if wish.dataset and wish.dataset not in served:
        raise InvalidSettingError(f"The dataset '{wish.dataset[:60]}' does not serve this metric with these filters.")
    if not served:
        raise InvalidSettingError(f"'{metric.label}' cannot be narrowed by {', '.join(sorted(filters))}.")
    alert = Alert(
        dataset=wish.dataset or served[0],
        metric_id=metric.name,
        rule=_checked_rule(wish.rule),
        client_account_id=None if client is None else client.id,
        filters=filters,
        author=caller.key_name,
    )
    currency = caller.workspace.currency if client is None else client.report_currency
    given = " ".join(wish.name.split())[:200]
    return replace(alert, name=given or default_name(alert, metric, client, currency))


def _checked_rule(rule: Rule) -> Rule:
    if rule.kind in ("threshold",) and rule.direction == "either":
        raise InvalidSettingError("Choose whether the alert is for values above or below the amount.")
    if rule.kind in ("change", "anomaly") and rule.amount <= 0:
        raise InvalidSettingError("The amount must be more than 0.")
    if rule.kind == "anomaly":
        return replace(rule, grain="day", against="period_before")
    if rule.kind == "stale":
        if not 0 < rule.amount <= _LONGEST_STALENESS:
            raise InvalidSettingError(f"Give 1 to {_LONGEST_STALENESS:.0f} days.")
        return replace(rule, grain="day", against="period_before", direction="above")
    return rule


def _check_filters(model: SemanticModel, filters: Filters) -> None:
    if len(filters) > _MOST_FILTERS:
        raise InvalidSettingError(f"At most {_MOST_FILTERS} filters.")
    for name, values in filters.items():
        if name not in model.dimensions or name.startswith("date_"):
            raise InvalidSettingError(f"There is no filter '{name[:60]}'.")
        if not values or len(values) > _MOST_VALUES:
            raise InvalidSettingError(f"Give one to {_MOST_VALUES} values of '{model.dimensions[name].label}'.")


def _is_forbidden(model: SemanticModel, metric: str, filters: Iterable[str]) -> bool:
    one = model.metrics[metric]
    # What needs a dimension beside it has no value of its own for a day.
    return bool(set(one.needs) - {_DAY}) or bool(set(one.never_by) & {*filters, _DAY})
