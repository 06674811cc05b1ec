"""Make rows again from what is stored, when a client account's clock or business hours have changed."""

from datetime import UTC, datetime

from schemas import Entity, SemanticModel
from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection, quote_text
from warehouse.normalize import LoadContext, Normaliser
from warehouse.state import read_settings
from warehouse.tables import table_name


def rederive(connection: Connection, model: SemanticModel, client: ClientAccount) -> None:
    """Renew the derived columns of a client account's rows, in the running transaction.

    Days follow from the UTC instants, which stay as they were read.
    """
    for entity in model.entities.values():
        if entity.is_loadable:
            _renew(connection, entity, client)


def _renew(connection: Connection, entity: Entity, client: ClientAccount) -> None:
    stored = f"select * from {table_name(entity)} where client_account_id = {quote_text(client.id)}"  # noqa: S608
    if connection.execute(f"select 1 from ({stored}) limit 1").fetchone() is None:  # noqa: S608
        return
    context = _context(connection)
    Normaliser(connection, entity, client, context, "select * from records", stored, stored=True).merge(stored)


def _context(connection: Connection) -> LoadContext:
    return LoadContext(
        load_id="",
        origin="",
        connection_id="",
        connection="",
        source_system="",
        data_origin_id="",
        raw_ref="",
        now=datetime.now(UTC).replace(tzinfo=None),
        settings=read_settings(connection),
    )
