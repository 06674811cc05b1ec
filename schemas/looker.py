"""Model → the Field objects of getSchema. Flags follow from additivity; nobody sets them by hand."""

from collections.abc import Iterator

from schemas.aliases import Alias, aliases_in, current_id
from schemas.comparisons import SEPARATOR, Made
from schemas.datasets import Dataset
from schemas.entities import Dimension
from schemas.errors import UnknownFieldError
from schemas.fields import Additivity, FieldType
from schemas.formula import render_looker
from schemas.metrics import AnyMetric, Formula, Offset, Simple
from schemas.model import SemanticModel
from schemas.query import Money, Scalar
from schemas.reserved import words
from schemas.text_files import Text
from schemas.texts import BUILDING_BLOCKS, DEPRECATED, Texts

# The currencies that Looker Studio has a type for; any other travels as a plain number.
_CURRENCIES = words(
    "AED ALL ARS AUD BDT BGN BOB BRL CAD CDF CHF CLP CNY COP CRC CZK DKK DOP EGP ETB EUR GBP HKD HRK HUF IDR ILS INR "
    "IRR ISK JMD JPY KRW LKR LTL MNT MVR MXN MYR NOK NZD PAB PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD TZS "
    "UAH USD UYU VEF VND YER ZAR"
)
_NUMBERS = frozenset({FieldType.NUMBER, FieldType.PERCENT, FieldType.CURRENCY})

SAMPLES: dict[FieldType, Scalar] = {
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


def looker_schema(
    model: SemanticModel, dataset: str, *, money: Money, language: str = "en", comparison: bool = False
) -> list[FieldObject]:
    """Write every field of a dataset in the reader's language, then the old ids of renamed fields.

    With `comparison` each metric is followed by its values of other periods, its goal and how it stands to it.
    """
    chosen, texts = model.dataset(dataset), model.texts.served(language)
    fields = {name: _dimension_field(model, chosen, name, texts) for name in chosen.dimensions}
    for name in chosen.metrics:
        metric = model.metrics[name]
        fields[name] = _metric_field(metric, chosen, money, texts)
        if comparison and is_compared(metric):
            fields |= dict(_comparisons(metric, money, texts))
    old = [_old_field(alias, fields[alias.id], texts) for alias in aliases_in(model.aliases, chosen)]
    return [*fields.values(), *old]


def sample_rows(model: SemanticModel, dataset: str, fields: tuple[str, ...]) -> list[list[Scalar | None]]:
    """Answer a request that only wants to detect types: one row of constants."""
    chosen = model.dataset(dataset)
    types = []
    for asked in fields:
        name = current_id(model.aliases, asked)
        base, _, made = name.partition(SEPARATOR)
        if base in chosen.metrics and made in set(Made) and is_compared(model.metrics[base]):
            types.append(_comparison_type(model.metrics[base], Made(made)))
        elif name in chosen.fields:
            types.append((model.metrics if name in model.metrics else model.dimensions)[name].type)
        else:
            raise UnknownFieldError(asked, dataset, chosen.fields)
    return [[SAMPLES[type_] for type_ in types]]


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


def _dimension_field(model: SemanticModel, dataset: Dataset, name: str, texts: Texts) -> FieldObject:
    dimension, text = model.dimensions[name], texts.of(name)
    if is_partly_offered(model, dataset, dimension):
        text = texts.made("partly", text)
    field: FieldObject = {
        "name": dimension.name,
        "label": text.label,
        "description": text.description,
        "dataType": data_type(dimension.type),
        "group": texts.groups[dimension.group],
        "semantics": {"conceptType": "DIMENSION", "semanticType": dimension.type.value},
    }
    if dimension.name == dataset.default_dimension:
        field["isDefault"] = True
    return field


def is_partly_offered(model: SemanticModel, dataset: Dataset, dimension: Dimension) -> bool:
    """Say whether some metrics of a dataset cannot be split by one of its dimensions."""
    members = (model.entities[name] for name in dataset.entities)
    return dimension.result_of is None and any(entity.column_of(dimension) is None for entity in members)


def _metric_field(metric: AnyMetric, dataset: Dataset, money: Money, texts: Texts) -> FieldObject:
    aggregatable = metric.additivity in {Additivity.ADDITIVE, Additivity.EXTREMAL, Additivity.FORMULA}
    text = texts.of(metric.name)
    field: FieldObject = {
        "name": metric.name,
        "label": text.label,
        "description": text.description,
        "dataType": data_type(metric.type),
        "group": texts.groups[BUILDING_BLOCKS if metric.is_block else metric.group],
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


def is_compared(metric: AnyMetric) -> bool:
    """Say whether a metric has values of other periods: not a part of others, a moment or itself such a value."""
    return not metric.is_block and not isinstance(metric, Offset) and not metric.type.startswith("YEAR")


def _comparison_type(metric: AnyMetric, made: Made) -> FieldType:
    if made is Made.STATUS:
        return FieldType.TEXT
    return FieldType.PERCENT if made is Made.CHANGE else metric.type


def _comparisons(metric: AnyMetric, money: Money, texts: Texts) -> Iterator[tuple[str, FieldObject]]:
    """Write what the server compares a metric with; none of it can be added up."""
    for made in Made:
        in_points = made is Made.CHANGE and metric.type is FieldType.PERCENT
        text = texts.made("change_points" if in_points else made.value, texts.of(metric.name))
        type_, name = _comparison_type(metric, made), f"{metric.name}{SEPARATOR}{made}"
        semantics: FieldObject = {"conceptType": "METRIC", "semanticType": semantic_type(type_, money)}
        # A status is a word made from the finished row; Looker Studio has no metrics that are texts.
        semantics |= {"conceptType": "DIMENSION"} if made is Made.STATUS else {"isReaggregatable": False}
        field: FieldObject = {
            "name": name,
            "label": text.label,
            "description": text.description,
            "dataType": data_type(type_),
            "group": texts.groups[metric.group],
            "semantics": semantics,
        }
        yield name, field


def _old_field(alias: Alias, field: FieldObject, texts: Texts) -> FieldObject:
    """Write a renamed field under its old id: the same but for its texts, its group, and never a default."""
    text = texts.made(
        "deprecated", Text(str(field["label"]), str(field["description"])), since=alias.since, id=alias.id
    )
    renamed = {**field, "name": alias.name, "label": text.label, "description": text.description}
    return {key: value for key, value in {**renamed, "group": texts.groups[DEPRECATED]}.items() if key != "isDefault"}
