"""Values of rows that are words of ours, in the language of the answer: names of metrics and texts of findings.

They lie in the tables in English. Filters come back with the words that the reader was shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeAlias

import orjson

from api.writing.finding_words import ENGLISH, said_in
from schemas import Filter, Operator, Query, Scalar, SemanticModel

Say: TypeAlias = Callable[[str], str]

_METRIC, _FINDING = "metric_label", "insight_text"
WORDED = frozenset({_METRIC, _FINDING})
_BY_VALUE = frozenset({Operator.EQUALS, Operator.IN_LIST})


def meant(query: Query, model: SemanticModel, language: str) -> Query:
    """Return a question whose filters look for the words that lie in the tables."""
    if language == ENGLISH or not any(one.field in WORDED for group in query.filters for one in group):
        return query
    says = _says(model, language, ENGLISH)
    filters = tuple(tuple(_meant(one, says) for one in group) for group in query.filters)
    return replace(query, filters=filters)


def worded(body: bytes, names: Sequence[str], model: SemanticModel, language: str) -> bytes:
    """Return finished rows, `{"values":[…]}` joined by commas, with their words in a language."""
    places = [(place, name) for place, name in enumerate(names) if name in WORDED]
    if language == ENGLISH or not places or not body:
        return body
    says = {name: cache(say) for name, say in _says(model, ENGLISH, language).items()}  # values repeat
    rows = orjson.loads(b"[" + body + b"]")
    for row in rows:
        values = row["values"]
        for place, name in places:
            if isinstance(values[place], str):
                values[place] = says[name](values[place])
    return orjson.dumps(rows)[1:-1]


def _meant(one: Filter, says: Mapping[str, Say]) -> Filter:
    if one.field not in WORDED or one.operator not in _BY_VALUE:
        return one
    say = says[one.field]
    values: tuple[Scalar | None, ...] = tuple(say(value) if isinstance(value, str) else value for value in one.values)
    return replace(one, values=values)


def _says(model: SemanticModel, source: str, target: str) -> dict[str, Say]:
    """Return how each worded field is said in another language; what is not known stays as it is."""
    own, other = model.texts.served(source).metrics, model.texts.served(target).metrics
    metrics = {text.label: other[name].label for name, text in own.items()}

    def metric(value: str) -> str:
        return metrics.get(value, value)

    def finding(value: str) -> str:
        return said_in(value, source, target, metrics)

    return {_METRIC: metric, _FINDING: finding}
