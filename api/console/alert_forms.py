"""What people fill into the form of an alert: amounts by kind, and the filters that narrow it."""

from collections.abc import Mapping

from api.alerts.records import Alert, AlertKind, Filters
from api.alerts.words import default_name, in_points
from api.errors import InvalidSettingError
from api.workspaces.records import Caller
from api.writing.amounts import read_amount, typed_amount
from schemas import AnyMetric, FieldType, SemanticModel

_USUAL = {"anomaly": 3.5, "stale": 3.0}
_MOST_FILTERS = 10
_NOT_SET = "(not set)"


def amount_of(kind: AlertKind, metric: AnyMetric, given: str) -> float:
    """Return the amount of a rule, read in the unit that its kind has."""
    amount = read_amount(given, _unit(kind, metric), "The amount")
    if amount is None:
        amount = _USUAL.get(kind)
    if amount is None:
        raise InvalidSettingError("Give the amount.")
    return amount


def filters_of(form: Mapping[str, str]) -> Filters:
    """Return the filters of a form: values are separated by commas."""
    found: dict[str, tuple[str | None, ...]] = {}
    for name, values in filters_typed(form):
        listed = tuple(None if one.strip() == _NOT_SET else one.strip() for one in values.split(",") if one.strip())
        if name and listed:
            found[name] = (*found.get(name, ()), *listed)
    return found


def filters_typed(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the filters as they were typed, and an empty one behind them."""
    pairs = [(given.get(f"filter_{at}", ""), given.get(f"values_{at}", "")) for at in range(_MOST_FILTERS)]
    filled = [(name, values) for name, values in pairs if name or values]
    return [*filled, ("", "")][:_MOST_FILTERS]


def given_of(alert: Alert, metric: AnyMetric | None, caller: Caller) -> dict[str, str]:
    """Return an alert as its form shows it."""
    rule = alert.rule
    unit = FieldType.NUMBER if metric is None else _unit(rule.kind, metric)
    client = next((one for one in caller.clients if one.id == alert.client_account_id), None)
    currency = caller.workspace.currency if client is None else client.report_currency
    # A name that was made from the rule is made anew when the rule changes.
    usual = "" if metric is None else default_name(alert, metric, client, currency)
    given = {
        "client": "" if client is None else client.slug,
        "metric": alert.metric_id,
        "name": "" if alert.name == usual else alert.name,
        "amount": typed_amount(rule.amount, unit),
        "direction": rule.direction,
        "grain": rule.grain,
        "against": rule.against,
    }
    for at, (name, values) in enumerate(alert.filters.items()):
        given[f"filter_{at}"] = name
        given[f"values_{at}"] = ", ".join(_NOT_SET if one is None else one for one in values)
    return given


def narrowing(model: SemanticModel) -> list[tuple[str, str]]:
    """Return the dimensions by which an alert can be narrowed, with their labels."""
    texts = [
        (name, one.label)
        for name, one in model.dimensions.items()
        if not name.startswith("date_") and one.type is FieldType.TEXT
    ]
    return sorted(texts, key=lambda pair: pair[1])


def _unit(kind: AlertKind, metric: AnyMetric) -> FieldType:
    if kind == "threshold":
        return metric.type
    if kind == "change" and (metric.type is FieldType.PERCENT or not in_points(metric)):
        return FieldType.PERCENT
    return FieldType.NUMBER
