"""Descriptions as JSON documents."""

from dataclasses import asdict

from schemas import (
    Additivity,
    Alias,
    SemanticModel,
    describe_dataset,
    describe_dimension,
    describe_metric,
    made_from,
)

Document = dict[str, object]


def overview(model: SemanticModel, language: str) -> Document:
    """Return everything in short: enough to search and to choose from."""
    texts = model.texts.served(language)
    metrics = (describe_metric(model, name, texts) for name in model.metrics)
    dimensions = (describe_dimension(model, name, texts) for name in model.dimensions)
    return {
        "version": model.version,
        "language": texts.language,
        "languages": list(model.texts.languages),
        "datasets": [dataset_answer(model, name, language) for name in model.datasets],
        "metrics": [
            {
                "id": one.id,
                "label": one.label,
                "group": one.group,
                "type": one.type,
                "additivity": one.additivity,
                "is_building_block": one.is_building_block,
                "datasets": one.datasets,
            }
            for one in metrics
        ],
        "dimensions": [
            {"id": one.id, "label": one.label, "group": one.group, "type": one.type, "datasets": one.datasets}
            for one in dimensions
        ],
        "aliases": [_alias(alias) for alias in model.aliases.values()],
    }


def units(model: SemanticModel, language: str) -> Document:
    """Return of every metric what a report needs to write its value: names, unit, whether it adds up, direction.

    Rows of goals, insights and forecasts name their metric in English, whatever the reader's language: `label` is that
    name, `name` the one in the language.
    """
    texts, spoken = model.texts.served("en").metrics, model.texts.served(language).metrics
    return {
        "version": model.version,
        "metrics": {
            name: {
                "label": texts[name].label,
                "name": spoken[name].label,
                "type": metric.type.value,
                "additive": metric.additivity is Additivity.ADDITIVE,
                "direction": metric.direction.value,
            }
            for name, metric in model.metrics.items()
        },
    }


def dataset_answer(model: SemanticModel, name: str, language: str, *, with_fields: bool = False) -> Document:
    """Return one dataset; with its fields described, or named only."""
    texts = model.texts.served(language)
    answer: Document = asdict(describe_dataset(model, name, texts))
    if with_fields:
        dataset = model.datasets[name]
        answer |= {
            "dimensions": [_dimension(model, item, language) for item in dataset.dimensions],
            "metrics": [_metric(model, item, language) for item in dataset.metrics],
            "version": model.version,
            "language": texts.language,
        }
    return answer


def metric_answer(model: SemanticModel, name: str, language: str, *, asked: str) -> Document:
    """Return one metric, with its parts by label; under an old id it says that the id is old."""
    texts = model.texts.served(language)
    parts = [{"id": part, "label": texts.metrics[part].label} for part in made_from(model.metrics[name])]
    return _metric(model, name, language) | {"parts": parts} | _frame(model, texts.language, asked)


def dimension_answer(model: SemanticModel, name: str, language: str, *, asked: str) -> Document:
    """Return one dimension; under an old id it says that the id is old."""
    return _dimension(model, name, language) | _frame(model, model.texts.served(language).language, asked)


def _metric(model: SemanticModel, name: str, language: str) -> Document:
    described = describe_metric(model, name, model.texts.served(language))
    return asdict(described) | {"aliases": [_alias(alias) for alias in described.aliases]}


def _dimension(model: SemanticModel, name: str, language: str) -> Document:
    described = describe_dimension(model, name, model.texts.served(language))
    return asdict(described) | {
        "columns": dict(described.columns),
        "aliases": [_alias(alias) for alias in described.aliases],
    }


def _frame(model: SemanticModel, language: str, asked: str) -> Document:
    alias = model.aliases.get(asked)
    deprecated = {"deprecated": _alias(alias)} if alias else {}
    return {"version": model.version, "language": language, **deprecated}


def _alias(alias: Alias) -> Document:
    return {"old_id": alias.name, "id": alias.id, "since": alias.since, "note": alias.note}
