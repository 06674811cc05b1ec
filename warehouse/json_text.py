"""Parse JSON without losing digits: orjson reads whole numbers beyond 64 bits as floats, so those stay text."""

import json
import re

import orjson

_LONG = re.compile(rb"\d{17}")


def parse_json(content: bytes) -> object:
    """Return the value of a JSON text, or raise orjson.JSONDecodeError."""
    parsed: object = orjson.loads(content)
    if _LONG.search(content):
        parsed = json.loads(content, parse_int=_whole, parse_float=_fraction)
    return parsed


def _whole(text: str) -> int | str:
    return int(text) if len(text) < 19 else text


def _fraction(text: str) -> float | str:
    return float(text) if len(text) < 17 else text
