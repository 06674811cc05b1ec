"""Select + dialect → text and positional parameters."""

from sqlalchemy.engine.default import DefaultDialect

from schemas.sql_types import Select


def render(select: Select, dialect: DefaultDialect) -> tuple[str, tuple[object, ...]]:
    """Write a statement; the parameters follow the numbers $1, $2, … in the text."""
    compiled = select.compile(dialect=dialect)
    values = compiled.params
    return str(compiled), tuple(values[name] for name in getattr(compiled, "positiontup", None) or ())
