"""Turns the JSON Schema of a source's settings into the fields of a form, and a sent form back into settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import orjson

from api.errors import MalformedRequestError
from connectors import JsonValue

_PREFIX = "setting."


@dataclass(frozen=True)
class Field:
    """One field. `kind` is text, number, check, choice, lines (one value a line) or json."""

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: str
    options: tuple[str, ...] = ()
    secret: bool = False


def fields_of(schema: Mapping[str, object], given: Mapping[str, str] | None = None) -> list[Field]:
    """Return the fields of a schema, with what was typed before or the defaults in them."""
    required = cast("list[str]", schema.get("required", []))
    properties = cast("dict[str, dict[str, object]]", schema.get("properties", {}))
    found = []
    for name, one in properties.items():
        shape = _shape(one, schema)
        kind = _kind(shape)
        value = (given or {}).get(_PREFIX + name, _text(one.get("default"), kind))
        found.append(
            Field(
                _PREFIX + name,
                str(one.get("title") or name),
                str(one.get("description") or ""),
                kind,
                name in required and kind != "check",
                value,
                tuple(str(option) for option in cast("list[object]", shape.get("enum", []))),
                bool(one.get("writeOnly")),
            )
        )
    return found


def values_of(schema: Mapping[str, object], form: Mapping[str, str]) -> dict[str, JsonValue]:
    """Return what a form says of a schema's properties; what was left empty is left out."""
    found: dict[str, JsonValue] = {}
    for field in fields_of(schema):
        name, text = field.name.removeprefix(_PREFIX), form.get(field.name, "").strip()
        if field.kind == "check":
            found[name] = bool(text)
        elif text:
            found[name] = _value(field, text)
    return found


def _value(field: Field, text: str) -> JsonValue:
    try:
        match field.kind:
            case "number":
                return int(text) if text.lstrip("-").isdigit() else float(text)
            case "lines":
                return [line.strip() for line in text.splitlines() if line.strip()]
            case "json":
                return cast("JsonValue", orjson.loads(text))
            case _:
                return text
    except ValueError as error:
        raise MalformedRequestError(f"'{field.label}' cannot be read: {error}.") from error


def _shape(one: Mapping[str, object], schema: Mapping[str, object]) -> Mapping[str, object]:
    """Return what a property is, behind references and behind 'or nothing'."""
    variants = cast("list[dict[str, object]]", one.get("anyOf", []))
    for variant in variants:
        if variant.get("type") != "null":
            return _shape(variant, schema)
    reference = one.get("$ref")
    if isinstance(reference, str):
        known = cast("dict[str, dict[str, object]]", schema.get("$defs", {}))
        return known.get(reference.rsplit("/", 1)[-1], {})
    return one


def _kind(shape: Mapping[str, object]) -> str:
    if "enum" in shape:
        return "choice"
    items = cast("dict[str, object]", shape.get("items", {}))
    match shape.get("type"):
        case "boolean":
            return "check"
        case "integer" | "number":
            return "number"
        case "array" if items.get("type") == "string":
            return "lines"
        case "array" | "object":
            return "json"
        case _:
            return "text"


def _text(value: object, kind: str) -> str:
    if value is None or value is False:
        return ""
    if kind == "lines" and isinstance(value, list):
        return "\n".join(map(str, value))
    if kind == "json":
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return str(value)
