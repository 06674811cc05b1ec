"""Which records of a client account's sources are one account: the owner process copies accepted matches here.

Rows of linked accounts carry the leading record's id; what they said themselves stays beside it (warehouse/linked.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import orjson

from schemas import Entity, SemanticModel
from warehouse.duckdb import Connection
from warehouse.linked import TABLE, has_links, relink
from warehouse.parents import ACCOUNT, UNLINKED
from warehouse.state import read_settings
from warehouse.tables import add_columns
from warehouse.touched import mark_touched

_LOAD = "links"
_TABLE = f"""
create table if not exists {TABLE} (
    client_account_id varchar not null, source_system varchar not null, account_id varchar not null,
    leading_source_system varchar not null, leading_account_id varchar not null, position integer not null,
    match_method varchar not null, confidence double not null, approved_by varchar)
"""


@dataclass(frozen=True, order=True)
class AccountLink:
    """A record of an account and the one that leads its group, which is a member itself.

    `position` orders the members, 0 leads; attributes are those of the first that has them. Without `approved_by` a
    rule was sure enough.
    """

    client_account_id: str
    source_system: str
    account_id: str
    leading_source_system: str
    leading_account_id: str
    position: int
    match_method: str
    confidence: float
    approved_by: str | None = None


@dataclass(frozen=True)
class AccountRecord:
    """An account as its source tells of it, whatever it is linked with. `external_ids` is a JSON object or empty."""

    client_account_id: str
    source_system: str
    account_id: str
    name: str | None
    domain: str | None
    external_ids: str | None


_Group = frozenset[tuple[str, str, str, int]]


def create_account_links(connection: Connection, model: SemanticModel, there: Mapping[str, set[str]]) -> None:
    """Make the table of links, and a place in each row of an account for what it says without them.

    `there` are the columns that tables had before the catalogue's were made.
    """
    connection.execute(_TABLE)
    for entity in linkable_entities(model):
        if UNLINKED not in there.get(entity.table, ()):
            add_columns(connection, "normalised", entity.table, {UNLINKED: "varchar using compression dictionary"})


def read_account_links(connection: Connection) -> list[AccountLink]:
    """Return the links, in no order."""
    return [AccountLink(*row) for row in connection.execute(f"select * from {TABLE}").fetchall()]  # noqa: S608


def read_account_records(connection: Connection) -> list[AccountRecord]:
    """Return the accounts that their sources still have."""
    name = f"case when {UNLINKED} is null then account else {UNLINKED} ->> 'account' end"
    rows = connection.execute(
        f"select client_account_id, source_system, source_id, {name}, domain, external_ids "  # noqa: S608
        "from normalised.account where not coalesce(is_deleted, false)"
    )
    return [AccountRecord(*row) for row in rows.fetchall()]


def read_account_emails(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Return client account, source, account's id there and e-mail address of the people of accounts."""
    own = f"coalesce({UNLINKED} ->> 'account_id', account_id)"
    return connection.execute(
        f"select client_account_id, source_system, {own}, email from normalised.contact "  # noqa: S608
        "where email is not null and account_id is not null"
    ).fetchall()


def put_account_links(connection: Connection, model: SemanticModel, links: Iterable[AccountLink]) -> bool:
    """Make the links equal to `links`, inside the running transaction, and tell whether anything changed.

    Only rows of accounts whose group is another one now are written again.
    """
    old, wanted = read_account_links(connection), list(links)
    if set(old) == set(wanted):
        return False
    _write(connection, wanted)
    touched = _changed(old, wanted)
    if touched:
        level = read_settings(connection).portfolio_level
        moved = [one.name for one in _accounts_first(model) if relink(connection, one, level, touched)]
        mark_touched(connection, moved, _LOAD)
    return True


def renew_linked_accounts(connection: Connection, model: SemanticModel) -> bool:
    """Let linked accounts tell what their records say now, after some have come or gone; return whether any moved."""
    if not has_links(connection):
        return False
    return relink(connection, model.entities[ACCOUNT], read_settings(connection).portfolio_level)


def _write(connection: Connection, links: Sequence[AccountLink]) -> None:
    connection.execute(f"delete from {TABLE}")  # noqa: S608
    values = ", ".join(f"one ->> {place}" for place in range(len(fields(AccountLink))))
    connection.execute(
        f"insert into {TABLE} select {values} from (select unnest(cast($1 as json[])) as one)",  # noqa: S608
        [orjson.dumps([astuple(one) for one in links]).decode()],
    )


def linkable_entities(model: SemanticModel) -> list[Entity]:
    """Return the entities whose rows belong to accounts and come from a source."""
    return [one for one in model.entities.values() if one.is_loadable and "account_id" in one.columns]


def _accounts_first(model: SemanticModel) -> Sequence[Entity]:
    # Whatever belongs to an account takes its attributes from the accounts' own values.
    return sorted(linkable_entities(model), key=lambda one: one.name != ACCOUNT)


def _changed(old: Iterable[AccountLink], new: Iterable[AccountLink]) -> set[tuple[str, str]]:
    """Return client account and id of the members of groups that are there before or after, and not both."""
    return {(client, account_id) for group in _groups(old) ^ _groups(new) for client, _, account_id, _ in group}


def _groups(links: Iterable[AccountLink]) -> set[_Group]:
    found: dict[tuple[str, str, str], set[tuple[str, str, str, int]]] = defaultdict(set)
    for one in links:
        leader = (one.client_account_id, one.leading_source_system, one.leading_account_id)
        found[leader].add((one.client_account_id, one.source_system, one.account_id, one.position))
    return {frozenset(group) for group in found.values()}
