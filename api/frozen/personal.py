"""What a closed month keeps, with personal data as its reader is shown it: it was closed by somebody of the team."""

import gzip
from collections.abc import Mapping

import orjson

from schemas import PersonalData, SemanticModel, Showing, current_id


def as_shown(packed: bytes, model: SemanticModel, personal: PersonalData) -> bytes:
    """Return packed answers (see api/reports/kept.py) with personal values hidden or hashed, if they are to be."""
    if personal.showing is Showing.SHOWN:
        return packed
    document = orjson.loads(gzip.decompress(packed))
    for one in document["answers"]:
        if "answer" in one:
            _mask(one["answer"], model, personal)
    return gzip.compress(orjson.dumps(document), mtime=0)


def _mask(answer: Mapping[str, list[dict[str, object]]], model: SemanticModel, personal: PersonalData) -> None:
    places = [place for place, one in enumerate(answer["schema"]) if _is_personal(model, str(one["name"]))]
    for row in answer["rows"]:
        values = row["values"]
        assert isinstance(values, list)
        for place in places:
            if isinstance(values[place], str):
                values[place] = personal.masked(values[place])


def _is_personal(model: SemanticModel, name: str) -> bool:
    dimension = model.dimensions.get(current_id(model.aliases, name))
    return dimension is not None and dimension.personal is not None
