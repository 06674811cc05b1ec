"""Branches become one table: stacked with NULL for what each lacks, then folded by their keys with MAX.

MAX is safe, since a key has one row in a branch at most. NULL keys meet, which they would not in a join.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from schemas.aggregates import leaf_type
from schemas.entities import Dimension, Entity
from schemas.fields import FieldType
from schemas.functions import whole
from schemas.plan import Branch, Leaf, MeanBranch, Plan, RepeatedBranch, SpikeBranch, WindowBranch
from schemas.sql_types import BIGINT, DAY, DOUBLE, MOMENT, TEXT, TRUTH, Select, Sql, SqlType
from schemas.windows import window_column

_PLACE = "branch__place"  # 0 for rows of the answer, else the place of a branch that is repeated over them


@dataclass(frozen=True)
class Yield:
    """A column of a branch; a metric that is computed as a whole has no leaf."""

    type: SqlType
    leaf: Leaf | None = None
    entity: Entity | None = None


def yields(branch: Branch) -> dict[str, Yield]:
    """Name and type the columns of a branch, its keys apart."""
    match branch:
        case SpikeBranch() | MeanBranch():
            return {branch.metric.name: Yield(DOUBLE)}
        case RepeatedBranch():
            return {repeated_column(name): column for name, column in yields(branch.branch).items()}
        case WindowBranch():
            return {window_column(branch.metric, leaf.name): _leaf(leaf, branch.entity) for leaf in branch.leaves}
    return {leaf.name: _leaf(leaf, branch.entity) for leaf in branch.leaves}


def repeated_column(leaf: str) -> str:
    """Name the column of a leaf that is computed without some of the keys."""
    return f"{leaf}__repeated"


def _leaf(leaf: Leaf, entity: Entity) -> Yield:
    return Yield(leaf_type(leaf, entity), leaf, entity)


def fold(plan: Plan, parts: list[Select]) -> Select:
    """Stack the selects of the plan's branches and fold them."""
    types = {name: column.type for branch in plan.branches for name, column in yields(branch).items()}
    repeated = [branch for branch in plan.branches if isinstance(branch, RepeatedBranch)]
    # Most branches lack most columns: one expression for each column serves all that lack it.
    absent: dict[str, Sql] = {name: sa.cast(sa.null(), type_).label(name) for name, type_ in types.items()}
    stacked = [
        _stackable(plan, branch, part, types, absent, repeated)
        for branch, part in zip(plan.branches, parts, strict=True)
    ]
    union = sa.union_all(*stacked).subquery("stacked")
    # The first select names and types the columns. `union.c` would go through those of all selects for the same.
    columns: dict[str, Sql] = {
        one.name: sa.column(one.name, one.type, _selectable=union) for one in stacked[0].selected_columns
    }
    keys = [columns[key.name] for key in plan.keys] + ([columns[_PLACE]] if repeated else [])
    folded = sa.select(*keys, *(sa.func.max(columns[name]).label(name) for name in types))
    folded = folded.group_by(*keys) if keys else folded
    return _repeat(plan, folded, types, repeated) if repeated else folded


def _stackable(
    plan: Plan,
    branch: Branch,
    part: Select,
    types: dict[str, SqlType],
    absent: dict[str, Sql],
    repeated: list[RepeatedBranch],
) -> Select:
    inner, offered = part.subquery(), yields(branch)
    own = branch.keys if isinstance(branch, RepeatedBranch) else plan.keys
    keys: list[Sql] = [
        inner.c[key.name] if key in own else sa.cast(sa.null(), key_type(key)).label(key.name) for key in plan.keys
    ]
    if repeated:
        place = repeated.index(branch) + 1 if isinstance(branch, RepeatedBranch) else 0
        keys.append(whole(place).label(_PLACE))
    given = dict(zip(offered, _own_names(branch), strict=True))
    values = [
        sa.cast(inner.c[given[name]], type_).label(name) if name in given else absent[name]
        for name, type_ in types.items()
    ]
    return sa.select(*keys, *values).select_from(inner)


def _own_names(branch: Branch) -> list[str]:
    """Name the columns as the branch itself calls them."""
    return list(yields(branch.branch if isinstance(branch, RepeatedBranch) else branch))


def _repeat(plan: Plan, folded: Select, types: dict[str, SqlType], repeated: list[RepeatedBranch]) -> Select:
    """Copy the values of repeated branches to all rows with the same of their keys, and drop their own rows."""
    rows = folded.subquery("folded")
    copied = {name: branch for branch in repeated for name in yields(branch)}
    keys = [rows.c[key.name] for key in plan.keys]
    columns = [
        sa.over(sa.func.max(rows.c[name]), partition_by=_shared(rows, copied[name])).label(name)
        if name in copied
        else rows.c[name]
        for name in types
    ]
    complete = sa.select(*keys, rows.c[_PLACE], *columns).subquery("complete")
    own = sa.select(*(complete.c[key.name] for key in plan.keys), *(complete.c[name] for name in types))
    return own.where(complete.c[_PLACE] == whole(0))


def _shared(rows: sa.Subquery, branch: RepeatedBranch) -> list[Sql] | None:
    # Not every engine partitions by numbers with fractions.
    shared: list[Sql] = [
        sa.cast(rows.c[key.name], TEXT) if key.type is FieldType.NUMBER else rows.c[key.name] for key in branch.keys
    ]
    return shared or None


def key_type(key: Dimension) -> SqlType:
    if key.grain is not None:
        return DAY
    match key.type:
        case FieldType.YEAR_MONTH_DAY | FieldType.YEAR_MONTH:
            return DAY
        case FieldType.YEAR_MONTH_DAY_HOUR | FieldType.YEAR_MONTH_DAY_SECOND:
            return MOMENT
        case FieldType.HOUR | FieldType.DAY_OF_WEEK:
            return BIGINT
        case FieldType.NUMBER:
            return DOUBLE
        case FieldType.BOOLEAN:
            return TRUTH
    return TEXT
