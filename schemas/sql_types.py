"""Short names for SQLAlchemy's types.

Its elements are invariant in the type of their value, so a column of any value can only be written with Any.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

Sql = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]
Labelled = sa.Label[Any]
Select = sa.Select[Any]
SqlType = TypeEngine[Any]

BIGINT: SqlType = sa.BigInteger()
DOUBLE: SqlType = sa.Double()
TEXT: SqlType = sa.Text()
TRUTH: SqlType = sa.Boolean()
DAY: SqlType = sa.Date()
MOMENT: SqlType = sa.DateTime()
