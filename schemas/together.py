"""Which fields of a dataset go together in one table, for a request that names none."""

from schemas.datasets import Dataset
from schemas.entities import Dimension
from schemas.errors import IncompatibleFieldsError
from schemas.fields import Additivity
from schemas.metrics import AnyMetric
from schemas.model import SemanticModel
from schemas.refusals import check_metrics


def fields_together(model: SemanticModel, dataset: Dataset) -> tuple[str, ...]:
    """Name the metrics that add up, and the dimensions by which every one of them may be split."""
    metrics = [
        metric
        for name in dataset.metrics
        if (metric := model.metrics[name]).additivity in {Additivity.ADDITIVE, Additivity.EXTREMAL} and not metric.needs
    ]
    dimensions = [
        name for name in dataset.dimensions if not metrics or _splits_all(model, metrics, model.dimensions[name])
    ]
    return (*dimensions, *(metric.name for metric in metrics))


def _splits_all(model: SemanticModel, metrics: list[AnyMetric], dimension: Dimension) -> bool:
    if dimension.result_of is not None:
        return False
    try:
        check_metrics(model, metrics, (dimension,), ())
    except IncompatibleFieldsError:
        return False
    return True
