"""Model → the Field objects of getSchema. Flags follow from additivity; nobody sets them by hand."""

from schemas.datasets import Dataset
from schemas.entities import Dimension
from schemas.errors import UnknownFieldError
from schemas.fields import Additivity, FieldType
from schemas.formula import render_looker
from schemas.metrics import AnyMetric, Formula, Simple
from schemas.model import SemanticModel
from schemas.query import Money, Scalar
from schemas.reserved import words

BUILDING_BLOCKS = "Building blocks"

# The currencies that Looker Studio has a type for; any other travels as a plain number.
_CURRENCIES = words(
    "AED ALL ARS AUD BDT BGN BOB BRL CAD CDF CHF CLP CNY COP CRC CZK DKK DOP EGP ETB EUR GBP HKD HRK HUF IDR ILS INR "
    "IRR ISK JMD JPY KRW LKR LTL MNT MVR MXN MYR NOK NZD PAB PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD TZS "
    "UAH USD UYU VEF VND YER ZAR"
)
_NUMBERS = frozenset({FieldType.NUMBER, FieldType.PERCENT, FieldType.CURRENCY})

_SAMPLES: dict[FieldType, Scalar] = {
    FieldType.TEXT: "text",
    FieldType.NUMBER: 1,
    FieldType.PERCENT: 0.5,
    FieldType.DURATION: "60",
    FieldType.CURRENCY: 9.5,
    FieldType.BOOLEAN: True,
    FieldType.URL: "https://example.com/",
    FieldType.COUNTRY_CODE: "GR",
    FieldType.CITY: "Athens",
    FieldType.YEAR: "2025",
    FieldType.YEAR_QUARTER: "20251",
    FieldType.YEAR_MONTH: "202501",
    FieldType.YEAR_WEEK: "202501",
    FieldType.YEAR_MONTH_DAY: "20250105",
    FieldType.YEAR_MONTH_DAY_HOUR: "2025010513",
    FieldType.YEAR_MONTH_DAY_SECOND: "20250105131500",
    FieldType.HOUR: "13",
    FieldType.DAY_OF_WEEK: "0",
}

FieldObject = dict[str, object]


def looker_schema(model: SemanticModel, dataset: str, *, money: Money, language: str = "en") -> list[FieldObject]:
    """Write every field of a dataset; texts are English until another language is in the catalogue."""
    del language
    chosen = model.dataset(dataset)
    dimensions = [_dimension_field(model.dimensions[name], chosen) for name in chosen.dimensions]
    return dimensions + [_metric_field(model.metrics[name], chosen, money) for name in chosen.metrics]


def sample_rows(model: SemanticModel, dataset: str, fields: tuple[str, ...]) -> list[list[Scalar | None]]:
    """Answer a request that only wants to detect types: one row of constants."""
    chosen = model.dataset(dataset)
    for name in fields:
        if name not in chosen.fields:
            raise UnknownFieldError(name, dataset, chosen.fields)
    types = (model.dimensions[name].type if name in model.dimensions else model.metrics[name].type for name in fields)
    return [[_SAMPLES[type_] for type_ in types]]


def data_type(type_: FieldType) -> str:
    """Choose the transport type; a DURATION is a text, since a bare number is shown wrongly."""
    if type_ in _NUMBERS:
        return "NUMBER"
    return "BOOLEAN" if type_ is FieldType.BOOLEAN else "STRING"


def semantic_type(type_: FieldType, money: Money) -> str:
    """Choose the semantic type; money carries its currency."""
    if type_ is not FieldType.CURRENCY:
        return type_.value
    code = money.currency.upper()
    return f"CURRENCY_{code}" if code in _CURRENCIES else "NUMBER"


def _dimension_field(dimension: Dimension, dataset: Dataset) -> FieldObject:
    field: FieldObject = {
        "name": dimension.name,
        "label": dimension.label,
        "description": dimension.description,
        "dataType": data_type(dimension.type),
        "group": dimension.group,
        "semantics": {"conceptType": "DIMENSION", "semanticType": dimension.type.value},
    }
    if dimension.name == dataset.default_dimension:
        field["isDefault"] = True
    return field


def _metric_field(metric: AnyMetric, dataset: Dataset, money: Money) -> FieldObject:
    aggregatable = metric.additivity in {Additivity.ADDITIVE, Additivity.EXTREMAL, Additivity.FORMULA}
    field: FieldObject = {
        "name": metric.name,
        "label": metric.label,
        "description": metric.description,
        "dataType": data_type(metric.type),
        "group": BUILDING_BLOCKS if metric.is_block else metric.group,
        "semantics": {
            "conceptType": "METRIC",
            "semanticType": semantic_type(metric.type, money),
            "isReaggregatable": aggregatable,
        },
    }
    if isinstance(metric, Formula) and metric.additivity is Additivity.FORMULA:
        field["formula"] = render_looker(metric.expression)
    aggregation = _default_aggregation(metric)
    if aggregation:
        field["defaultAggregationType"] = aggregation
    if metric.name == dataset.default_metric:
        field["isDefault"] = True
    return field


def _default_aggregation(metric: AnyMetric) -> str | None:
    """Name Looker Studio's second aggregation; none where rows must not be combined again."""
    match metric.additivity:
        case Additivity.ADDITIVE:
            return "SUM"
        case Additivity.EXTREMAL:
            return metric.aggregate.upper() if isinstance(metric, Simple) else None
        case Additivity.FORMULA:
            return "AUTO"
    return None
