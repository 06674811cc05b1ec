"""What a database's errors mean for whoever reads it. Its own texts stay out: they can hold data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from connectors.errors import (
    MissingScopeError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
    UnexpectedSchemaError,
)
from connectors.sql.settings import SqlSettings

_REFUSED = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|role .* does not exist", re.IGNORECASE
)
_CERTIFICATE = re.compile(
    r"certificate|does not support SSL|doesn.t support SSL|SSL connection is required|SSL error", re.IGNORECASE
)
# From SQLSTATE classes and MySQL's numbers to what they mean.
_SIGN_IN = {"28000", "28P01", 1045, 1698, 4151}
_FORBIDDEN = {"42501", 1044, 1142, 1143, 1227}
_MISSING = {"42P01", "42703", "3F000", 1146, 1054}
_NO_DATABASE = {"3D000", 1049}
_TOO_LONG = {"57014", 1969, 3024}
_DOWN = {"53300", "57P01", "57P02", "57P03", "40001", "40P01", 1040, 1203, 1205, 1213, 2002, 2003, 2006, 2013, 2014}


@contextmanager
def explained(settings: SqlSettings, doing: str) -> Iterator[None]:
    """Turn the driver's errors of the block into SourceErrors."""
    try:
        yield
    except DBAPIError as error:
        raise _meaning(settings, doing, error.orig or error) from None
    except pymysql.MySQLError as error:  # of the sign-in, which SQLAlchemy does not see
        raise _meaning(settings, doing, error) from None
    except OSError as error:
        raise _down(settings) from error
    except SQLAlchemyError as error:
        raise StopError(f"{doing} failed: {type(error).__name__}.", source="sql") from error


def _meaning(settings: SqlSettings, doing: str, error: BaseException) -> SourceError:
    code, text = _code(error), str(error)
    if code in _TOO_LONG:
        return StopError(
            f"{doing} took too long, so it was stopped. An index on the cursor and the key makes it quick.",
            source="sql",
        )
    if code in _FORBIDDEN:
        return MissingScopeError(f"{doing} is not allowed for '{settings.user}'. Grant it select.", source="sql")
    if code in _MISSING:
        return UnexpectedSchemaError(f"{doing} failed: a table or column is not there any more.", source="sql")
    if code in _NO_DATABASE or re.search(r"database .* does not exist", text):
        return StopError(f"'{settings.host}' has no database '{settings.database}'.", source="sql")
    if code in _SIGN_IN or _REFUSED.search(text):
        return TokenRevokedError(
            f"'{settings.host}' does not let '{settings.user}' in. Check user, password and from where it may connect.",
            source="sql",
        )
    if _CERTIFICATE.search(text):
        return StopError(
            f"'{settings.host}' cannot be reached with encryption '{settings.tls}': its certificate does not fit, "
            "or it has none. Give the authority that signed it, or change the setting.",
            source="sql",
        )
    if code in _DOWN or (code is None and isinstance(error, Exception)):
        return _down(settings)
    return StopError(f"{doing} failed with the database's error {code}.", source="sql")


def _down(settings: SqlSettings) -> SourceDownError:
    return SourceDownError(f"The database at '{settings.host}' cannot be reached or broke off.", source="sql")


def _code(error: BaseException) -> str | int | None:
    first = error.args[0] if error.args else None
    if isinstance(first, int):
        return first
    state: object = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None
