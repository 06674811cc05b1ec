"""Two accounts of one vendor for one client account: only where the vendor's ids tell their records apart."""

from collections.abc import Mapping

from api.errors import ConflictError
from api.workspaces.repository import Repository
from connectors import LinkedSource, find_source


def check_ids_apart(
    repository: Repository, workspace_id: str, connection_id: str, change: Mapping[str, object]
) -> None:
    """Raise ConflictError if a change would let one account's records take the place of another's.

    `change` may hold `account_id` and `client_account_id`, which the connection has otherwise.
    """
    connections = {one.id: one for one in repository.connections(workspace_id)}
    mine = connections.get(connection_id)
    if mine is None:
        return
    source = find_source(mine.source)
    if not isinstance(source, LinkedSource) or not source.vendor.ids_within_account:
        return
    client = change.get("client_account_id", mine.client_account_id)
    account = change.get("account_id", mine.account_id)
    for one in connections.values():
        same_place = one.id != mine.id and (one.source, one.client_account_id) == (mine.source, client)
        if client is not None and account is not None and same_place and one.account_id not in (None, account):
            raise ConflictError(
                f"This client account has the {source.vendor.label} account '{one.account_name or one.account_id}' "
                f"already, by the connection '{one.name}'. Records of two such accounts can have the same ids and "
                "would take each other's place. Give the second one a client account of its own.",
                connection=one.id,
            )
