"""What JSON can hold, and how to reach into it without trusting it."""

from typing import TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


def at(value: object, *path: str | int) -> object:
    """Return what lies at a path of keys and places; None where there is nothing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def records_at(value: object, *path: str | int) -> list[dict[str, JsonValue]]:
    """Return the objects of the list at a path; what is no object is left out."""
    found = at(value, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_at(value: object, *path: str | int) -> str:
    """Return what lies at a path as text; empty where there is nothing."""
    found = at(value, *path)
    return "" if found is None else str(found)
