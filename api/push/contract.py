"""What a pushed record may hold: the columns of its entity, as JSON Schema, and a check that names each wrong place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from pydantic import JsonValue

from api.errors import MalformedRequestError, NotFoundError
from schemas import ColumnOrigin, ColumnType, Entity, SemanticModel
from warehouse import loadable_names

MOST_PROBLEMS = 20
_SHAPES: Mapping[ColumnType, Mapping[str, object]] = {
    ColumnType.TEXT: {"type": ["string", "number", "null"]},
    ColumnType.NUMBER: {"type": ["number", "null"]},
    ColumnType.INTEGER: {"type": ["integer", "null"]},
    ColumnType.FLAG: {"type": ["boolean", "null"]},
    ColumnType.DATE: {"type": ["string", "null"], "format": "date"},
    ColumnType.INSTANT: {"type": ["string", "null"], "format": "date-time"},
    ColumnType.MONEY: {"type": ["number", "string", "null"], "description": "In major units, such as 12.50."},
}


def streams_of(model: SemanticModel) -> dict[str, str]:
    """Return the streams that can be pushed, each with its entity."""
    return loadable_names(model)


def entity_of(model: SemanticModel, stream: str) -> Entity:
    """Return the entity whose rows a stream holds."""
    names = streams_of(model)
    if stream not in names:
        known = ", ".join(sorted(set(names.values())))
        raise NotFoundError(f"Nothing can be pushed to '{stream[:80]}'. There are: {known}.", stream=stream[:80])
    return model.entities[names[stream]]


def given_columns(entity: Entity) -> dict[str, ColumnType]:
    """Return the columns that a record may hold."""
    return {name: one.type for name, one in entity.columns.items() if one.origin is ColumnOrigin.GIVEN}


def record_schema(entity: Entity) -> dict[str, object]:
    """Return the JSON Schema of a record."""
    properties = {
        name: {**_SHAPES.get(kind, {}), **_described(entity, name)} for name, kind in given_columns(entity).items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": _required(entity),
        "additionalProperties": False,
    }


def check_records(entity: Entity, records: Sequence[Mapping[str, JsonValue]]) -> None:
    """Refuse records that break the contract: nothing of such a push is loaded."""
    columns, required = given_columns(entity), _required(entity)
    wrong: list[dict[str, str]] = []
    for number, record in enumerate(records):
        wrong += [
            {"at": f"records.{number}.{name}", "problem": text} for name, text in _wrong(record, columns, required)
        ]
        if len(wrong) >= MOST_PROBLEMS:
            break
    if wrong:
        places = "; ".join(f"{one['at']}: {one['problem']}" for one in wrong[:5])
        raise MalformedRequestError(
            f"The records do not keep the contract of '{entity.name}', and nothing was loaded: {places}",
            wrong=wrong[:MOST_PROBLEMS],
        )


def _required(entity: Entity) -> list[str]:
    return list(dict.fromkeys(("source_id", *entity.required)))


def _described(entity: Entity, name: str) -> dict[str, str]:
    text = entity.columns[name].description
    return {"description": text} if text else {}


def _wrong(
    record: Mapping[str, JsonValue], columns: Mapping[str, ColumnType], required: Sequence[str]
) -> list[tuple[str, str]]:
    found = [(name, "is missing") for name in required if record.get(name) in (None, "")]
    for name, value in record.items():
        if name not in columns:
            found.append((name[:80], "is not a column of this stream"))
        elif value is not None and not _fits(value, columns[name]):
            found.append((name, f"is no {columns[name].value}"))
    return found


def _fits(value: JsonValue, kind: ColumnType) -> bool:
    match kind:
        case ColumnType.FLAG:
            return isinstance(value, bool)
        case ColumnType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ColumnType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ColumnType.MONEY:
            return _is_decimal(value)
        case ColumnType.DATE:
            return _is_moment(value, date.fromisoformat)
        case ColumnType.INSTANT:
            return _is_moment(value, datetime.fromisoformat)
        case _:
            return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_decimal(value: JsonValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def _is_moment(value: JsonValue, parse: Callable[[str], object]) -> bool:
    try:
        return isinstance(value, str) and parse(value) is not None
    except ValueError:
        return False
