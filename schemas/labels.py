"""Labels: words for finished values. They are dimensions to Looker Studio, but no row is ever grouped by one."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from schemas.functions import number, quoted
from schemas.sql_types import TEXT, Sql


def _nps_band(value: Sql) -> Sql:
    """Name the band of a Net Promoter Score; bands are half-open, so that 49.6 is in one of them."""
    bands = ((75.0, "excellent"), (50.0, "very good"), (0.0, "reasonable"))
    known = [(value >= number(least), quoted(word)) for least, word in bands]
    return sa.type_coerce(sa.case(*known, (value < number(0.0), quoted("needs work"))), TEXT)


# Label dimension → how it names the value that it is made of.
LABELS: Mapping[str, Callable[[Sql], Sql]] = {"nps_band": _nps_band}
