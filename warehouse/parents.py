"""Attributes of parents: what a row does not say of its account, agent or ticket is copied from there at load."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto

from schemas import Entity, Parent
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.tables import DUCKDB_TYPES

ACCOUNT = "account"
ACCOUNT_LEVEL = "account"  # of the workspace's setting portfolio_level
UNLINKED = "_unlinked"  # what a row of a linked account said of it, as a JSON object

# Dimensions of the portfolio: column -> the client account's value among the load's values, the account's own column.
PORTFOLIO = {
    "region": ("client_region", "account_region"),
    "account_owner": ("client_account_owner", None),
    "service_level": ("client_service_level", None),
}


class Links(Enum):
    """How accounts that are linked with others are read as parents."""

    NONE = auto()  # none are
    OWN = auto()  # by rows of a load: as if they were not, until the row itself is linked
    LED = auto()  # by rows that are made of linked ones: the record that is listed


def foreign_parents(entity: Entity) -> list[Parent]:
    """Return the parents that are other entities: an account is not its own."""
    return [one for one in entity.parents if one.entity != entity.name]


def ordered_parents(entity: Entity) -> list[Parent]:
    """Return the parents so that one that gives another one's key comes first."""
    left, ordered = foreign_parents(entity), list[Parent]()
    while left:
        free = [one for one in left if not any(one.key in other.columns for other in left if other is not one)]
        if not free:
            raise AssertionError(f"the parents of {entity.name} need each other's keys")
        ordered += free
        left = [one for one in left if one not in free]
    return ordered


def parent_depth(entities: Mapping[str, Entity], name: str) -> int:
    """Return how many generations of parents an entity has; parents load before their children."""
    return max((1 + parent_depth(entities, one.entity) for one in foreign_parents(entities[name])), default=0)


def loaded_parents(connection: Connection, entity: Entity, client_account_id: str | None = None) -> dict[str, bool]:
    """Return the parents that have rows, and of each whether they come from several sources.

    Without a client account, rows of every one count.
    """
    found = {}
    mine = "where client_account_id = $1" if client_account_id is not None else ""
    for name in {parent.entity for parent in foreign_parents(entity)}:
        row = connection.execute(
            f"select min(source_system), max(source_system) from {_table(name)} {mine}",  # noqa: S608
            [client_account_id] if client_account_id is not None else [],
        ).fetchone()
        if row is not None and row[0] is not None:
            found[name] = row[0] != row[1]
    return found


def account_columns(entity: Entity) -> dict[str, str]:
    """Return the columns that an entity takes from the account, with the account's column of each."""
    return {
        name: column for one in foreign_parents(entity) if one.entity == ACCOUNT for name, column in one.columns.items()
    }


def own_value(prefix: str, name: str, kind: str) -> str:
    """Return what a row of a linked account said itself; `prefix` is the row's alias with a dot, or nothing."""
    return f"cast({prefix}{UNLINKED} ->> {quote_text(name)} as {kind})"


def with_parents(
    entity: Entity,
    inner: str,
    loaded: Mapping[str, bool],
    level: str,
    source_system: str = "",
    links: Links = Links.NONE,
) -> str:
    """Return a SELECT that adds the parents' attributes to the rows of `inner`, which has all of the given columns.

    Where several sources hold the same id, the one of `source_system` is taken, else the first by name.
    """
    for parent in ordered_parents(entity):
        if parent.entity not in loaded:
            continue
        taken = dict(parent.columns)
        if parent.entity == ACCOUNT and level == ACCOUNT_LEVEL:
            taken |= {name: name for name in PORTFOLIO}
        values = ", ".join(
            f"coalesce(c.{quote_name(name)}, {_value(entity, parent, name, column, links)}) as {quote_name(name)}"
            for name, column in taken.items()
        )
        columns = [*taken.values(), *([UNLINKED] if links is Links.OWN and _may_be_linked(parent) else [])]
        if links is Links.LED and parent.entity == ACCOUNT:
            rows = _listed_accounts(columns)
        else:
            rows = parent_rows(parent.entity, columns, several=loaded[parent.entity], source_system=source_system)
        inner = (
            f"select c.* replace ({values}) from ({inner}) c left join ({rows}) p "  # noqa: S608
            f"on p.client_account_id = c.client_account_id and p.source_id = c.{quote_name(parent.key)}"
        )
    return inner


def parent_rows(parent: str, columns: Sequence[str], *, several: bool, source_system: str = "") -> str:
    """Return a SELECT with one row for each client account and id of a parent."""
    listed = ", ".join(quote_name(name) for name in ("client_account_id", "source_id", *dict.fromkeys(columns)))
    select = f"select {listed} from {_table(parent)}"  # noqa: S608
    if not several:
        return select
    return (
        f"{select} qualify row_number() over (partition by client_account_id, source_id "
        f"order by source_system = {quote_text(source_system)} desc, source_system) = 1"
    )


def with_portfolio(entity: Entity, inner: str, level: str) -> str:
    """Return a SELECT that writes region, owner and service level into rows, by the workspace's portfolio level."""
    if not set(PORTFOLIO) <= set(entity.columns):
        return inner
    values = []
    for name, (client, own) in PORTFOLIO.items():
        column = quote_name(name)
        if entity.name == ACCOUNT:
            own_value = f"coalesce({column}, {quote_name(own)})" if own else column
            value = f"coalesce({own_value}, ${client})" if level == ACCOUNT_LEVEL else f"cast(${client} as varchar)"
        else:
            value = f"coalesce({column}, ${client})"
        values.append(f"{value} as {column}")
    return f"select * replace ({', '.join(values)}) from ({inner})"  # noqa: S608


def _value(entity: Entity, parent: Parent, name: str, column: str, links: Links) -> str:
    plain = f"p.{quote_name(column)}"
    of_account = parent.entity == ACCOUNT or column in {"account_id", *account_columns(entity).values(), *PORTFOLIO}
    if links is not Links.OWN or not _may_be_linked(parent) or not of_account:
        return plain
    own = own_value("p.", column, DUCKDB_TYPES[entity.columns[name].type])
    return f"case when c.{UNLINKED} is null and p.{UNLINKED} is not null then {own} else {plain} end"


def _may_be_linked(parent: Parent) -> bool:
    return parent.entity == ACCOUNT or "account_id" in parent.columns.values()


def _listed_accounts(columns: Sequence[str]) -> str:
    listed = ", ".join(quote_name(name) for name in dict.fromkeys(columns))
    return (
        f"select client_account_id, account_id as source_id, {listed} from {_table(ACCOUNT)} qualify row_number() over "  # noqa: S608
        "(partition by client_account_id, account_id order by is_listed desc, source_system, source_id) = 1"
    )


def _table(entity: str) -> str:
    return f"normalised.{quote_name(entity)}"
