"""Shares, contributions and lifts: a grouped value against the same request without one dimension.

Both are made from additive parts after grouping, so that the whole is a window over the answer's own rows.
"""

from collections.abc import Callable

import sqlalchemy as sa

from schemas.metrics import Contribution, Lift, Share
from schemas.sql_types import DOUBLE, Sql

Leaf = Callable[[str], Sql]
Keys = dict[str, Sql]


def share_value(metric: Share, leaf: Leaf, keys: Keys) -> Sql:
    """Divide a value by the sum over all values of the dimension."""
    part = leaf(metric.of)
    return _ratio(part, _whole(part, metric.over, keys))


def contribution_value(metric: Contribution, leaf: Leaf, keys: Keys) -> Sql:
    """Weigh the distance from the rate of all by the share: (own rate - rate of all) x share."""
    part, whole = leaf(metric.part), leaf(metric.whole)
    all_parts, all_wholes = _whole(part, metric.over, keys), _whole(whole, metric.over, keys)
    return (_ratio(part, whole) - _ratio(all_parts, all_wholes)) * _ratio(whole, all_wholes)


def lift_value(metric: Lift, leaf: Leaf, keys: Keys) -> Sql:
    """Divide a rate by the rate of all values of the dimension."""
    part, whole = leaf(metric.part), leaf(metric.whole)
    return _ratio(_ratio(part, whole), _ratio(_whole(part, metric.over, keys), _whole(whole, metric.over, keys)))


def _whole(value: Sql, over: str, keys: Keys) -> Sql:
    others = [column for name, column in keys.items() if name != over]
    return sa.over(sa.func.sum(value, type_=DOUBLE), partition_by=others or None)


def _ratio(part: Sql, whole: Sql) -> Sql:
    return part / sa.func.nullif(whole, sa.literal_column("0"), type_=DOUBLE)
