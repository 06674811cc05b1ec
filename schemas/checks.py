"""Two checks that every part of the catalogue goes through: ids are usable, and what is named exists."""

from collections.abc import Container, Iterable

from schemas.errors import CatalogError, UnknownReferenceError
from schemas.reserved import reason_against


def check_id(name: str, what: str) -> None:
    """Refuse an id that Looker Studio or an SQL engine would misread."""
    reason = reason_against(name)
    if reason:
        raise CatalogError(f"{what} '{name}' needs another id: {reason}.")


def require(where: str, known: Container[str], names: Iterable[str]) -> None:
    """Refuse a name that is not defined."""
    for name in names:
        if name not in known:
            raise UnknownReferenceError(f"{where}: it names '{name}', which does not exist.")
