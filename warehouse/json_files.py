"""JSON documents: an array of objects, or an object that holds one."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from warehouse.errors import ImportFileError
from warehouse.json_text import parse_json
from warehouse.quarantine import BadRow
from warehouse.rows import Record, Rows
from warehouse.spool import Names

MAX_BYTES = 256 * 1024 * 1024


def looks_like_ndjson(path: Path) -> bool:
    """Tell whether a .json file is one object a line."""
    with path.open("rb") as source:
        first, second = source.readline().strip(), source.readline().strip()
    return _is_object(first) and _is_object(second)


def _is_object(text: bytes) -> bool:
    if not text.startswith(b"{"):
        return False
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def json_rows(path: Path, *, record_path: str | None, encoding: str | None) -> Rows:
    """Open a JSON document; its rows are numbered from 1."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ImportFileError(
            f"{path.name} is larger than {MAX_BYTES // (1024 * 1024)} MB. A JSON document is read whole; "
            "write it as NDJSON (one object a line, for example with jq -c '.[]') and import that."
        )
    items = _items(path, _parsed(path, encoding), record_path)
    if not items:
        raise ImportFileError(f"{path.name} holds no records: there is nothing to load.")
    names = Names()
    for item in items:
        if isinstance(item, dict):
            for key in item:
                names.column(str(key))
    return Rows(list(names.columns.values()), _records(items, names), lambda: size)


def _parsed(path: Path, encoding: str | None) -> object:
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if encoding or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            content = content.decode(encoding or "utf-16").encode()
        except (UnicodeError, LookupError) as error:
            raise ImportFileError(f"{path.name}: the bytes are not {encoding or 'utf-16'} text.") from error
    try:
        return parse_json(content)
    except orjson.JSONDecodeError as error:
        raise ImportFileError(
            f"{path.name}, line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})."
        ) from error


def _items(path: Path, document: object, record_path: str | None) -> list[object]:
    for step in record_path.split(".") if record_path else ():
        if not isinstance(document, dict) or step not in document:
            raise ImportFileError(f"{path.name} has no '{record_path}': '{step}' is not there.")
        document = document[step]
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        arrays = {key: value for key, value in document.items() if isinstance(value, list)}
        if len(arrays) == 1:
            return next(iter(arrays.values()))
        if arrays:
            raise ImportFileError(
                f"{path.name} has several arrays ({', '.join(arrays)}). "
                "Name the one to load in the mapping: 'record_path: NAME'."
            )
    raise ImportFileError(f"{path.name} is neither an array of objects nor an object that holds one array.")


def _records(items: list[object], names: Names) -> Iterator[tuple[int, Record | BadRow]]:
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield number, {names.column(str(key)): value for key, value in item.items()}
        else:
            yield number, BadRow(number, "is not a JSON object", orjson.dumps(item).decode())
