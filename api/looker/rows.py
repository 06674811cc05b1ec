"""The envelope around rows that DuckDB has already written as JSON, and constant rows for type detection."""

from collections.abc import Sequence

import orjson

from api.world import Field
from schemas import Scalar


def envelope(fields: Sequence[Field], body: bytes, *, filters_applied: bool) -> bytes:
    """Return a getData answer around finished rows."""
    return b"".join(
        (
            b'{"schema":',
            orjson.dumps(list(fields)),
            b',"rows":[',
            body,
            b'],"filtersApplied":',
            b"true" if filters_applied else b"false",
            b"}",
        )
    )


def constant_rows(rows: Sequence[Sequence[Scalar | None]]) -> bytes:
    """Return rows that no query has made, in the form of those that DuckDB makes."""
    return b",".join(orjson.dumps({"values": list(values)}) for values in rows)
