"""Everything that can be wrong about meaning.

SchemaError
├── CatalogError              a definition is wrong: stop at start-up, name file and entry
│   ├── DuplicateNameError
│   ├── UnknownReferenceError
│   ├── FormulaSyntaxError
│   └── TypeConflictError
├── CalculatorInputError      numbers that contradict each other: 400, text for the reader
└── QueryError                a request cannot be answered: 400, text for the reader
    ├── UnknownDatasetError
    ├── UnknownFieldError
    ├── IncompatibleFieldsError
    ├── UnsupportedFilterError
    ├── InvalidFilterValueError
    ├── InvalidPatternError
    ├── InvalidDateRangeError
    ├── MixedCurrencyError
    └── TooManyRowsError
"""

from collections.abc import Iterable
from difflib import get_close_matches


class SchemaError(Exception):
    """Raised when a definition or a request means nothing."""


class CatalogError(SchemaError):
    """Raised while loading the catalogue; the message names the file and the entry."""


class DuplicateNameError(CatalogError):
    """Raised when two definitions carry one name."""


class UnknownReferenceError(CatalogError):
    """Raised when a definition names something that does not exist."""


class FormulaSyntaxError(CatalogError):
    """Raised when a formula is outside the small grammar."""


class TypeConflictError(CatalogError):
    """Raised when a shared dimension has different types on two entities."""


class CalculatorInputError(SchemaError):
    """Raised when a calculator's inputs cannot all be true; `detail` names the input."""

    def __init__(self, message: str, **detail: object) -> None:
        super().__init__(message)
        self.detail = detail


class QueryError(SchemaError):
    """Raised when a request cannot be answered; `detail` is machine-readable, the message is for the reader."""

    def __init__(self, message: str, **detail: object) -> None:
        super().__init__(message)
        self.detail = detail


def _suggestion(name: str, known: Iterable[str]) -> tuple[str, list[str]]:
    close = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return (f" Did you mean {' or '.join(close)}?" if close else ""), close


class UnknownDatasetError(QueryError):
    """Raised when the dataset does not exist."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        text, close = _suggestion(name, names)
        super().__init__(
            f"There is no dataset '{name}'.{text} Choose one of: {', '.join(names)}.", dataset=name, close=close
        )


class UnknownFieldError(QueryError):
    """Raised when a field is not in the dataset."""

    def __init__(self, name: str, dataset: str, known: Iterable[str]) -> None:
        text, close = _suggestion(name, known)
        super().__init__(
            f"The field '{name}' is not in the dataset '{dataset}'.{text} "
            "Refresh the data source's fields, or replace the field in the chart.",
            field=name,
            dataset=dataset,
            close=close,
        )


class IncompatibleFieldsError(QueryError):
    """Raised when a metric cannot be split by a dimension, or needs one that is not there."""


class UnsupportedFilterError(QueryError):
    """Raised when a filter cannot be applied and leaving it to Looker Studio would give wrong numbers."""


class InvalidFilterValueError(QueryError):
    """Raised when a filter's value is not of the field's type, or there are too many or too few."""


class InvalidPatternError(QueryError):
    """Raised when a regular expression is not valid RE2; carries RE2's own message."""


class InvalidDateRangeError(QueryError):
    """Raised when a date range is malformed or ends before it starts."""


class MixedCurrencyError(QueryError):
    """Raised when amounts of different currencies would be added up."""


class TooManyRowsError(QueryError):
    """Raised when an answer would pass what Looker Studio accepts; names the widest dimension."""
