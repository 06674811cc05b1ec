"""Which limits of a vendor a connection shares with which others. Who has asked when is in the metadata's ledger."""

import hashlib

import orjson

from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection
from connectors import Budget, LinkedSource, Share, StopError, find_source

_NOT_OF_THE_ACCOUNT = ("history_start",)


def budget_of(
    metadata: MetadataDatabase, source: LinkedSource, connection: Connection, grant_id: str | None = None
) -> Budget:
    """Return what a connection may ask its vendor for; `grant_id` is its sign-in, its own one by default.

    The same account in two workspaces is one to the vendor, and every connection is asked for by the same application.
    """
    sign_in = grant_id or connection.grant_id or connection.id
    keys = {Share.ACCOUNT: _account_of(connection), Share.APP: "app", Share.SIGN_IN: f"sign-in {sign_in}"}
    return metadata.ledger.budget(source.vendor.rates, {share: f"{source.id}: {key}" for share, key in keys.items()})


def seconds_without_budget(metadata: MetadataDatabase, connection: Connection) -> float:
    """Return for how long the vendor of a connection is not to be asked; 0 where nothing stands in the way."""
    try:
        source = find_source(connection.source)
    except StopError:
        return 0.0  # its run says what is wrong
    return budget_of(metadata, source, connection).left_out() if isinstance(source, LinkedSource) else 0.0


def _account_of(connection: Connection) -> str:
    if connection.account_id is None:
        return f"connection {connection.id}"
    settings = {name: value for name, value in connection.config.items() if name not in _NOT_OF_THE_ACCOUNT}
    told = hashlib.sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return f"account {connection.account_id} {told}"
