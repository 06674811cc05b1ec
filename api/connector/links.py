"""Links: into Looker Studio, to create a data source, and to our own report page."""

from datetime import date
from urllib.parse import quote, urlencode

import orjson


def data_source_link(
    host: str, deployment_id: str, dataset: str, clients: tuple[str, ...] = (), workspace: str | None = None
) -> str:
    """Return the direct link that creates a data source; whoever opens it can still change the choices."""
    choices: dict[str, str | list[str]] = {}
    if workspace:
        choices["workspace"] = workspace
    if clients:
        choices["client"] = list(clients)
    choices["dataset"] = dataset
    query = {"connectorId": deployment_id, "connectorConfig": orjson.dumps(choices).decode()}
    return f"https://{host}/datasources/create?{urlencode(query, quote_via=quote)}"


def report_link(address: str, client: str | None = None, first: date | None = None, last: date | None = None) -> str:
    """Return the address of our report page, opened at a client account and a range of days."""
    query = {}
    if client:
        query["client"] = client
    if first and last:
        query |= {"from": first.isoformat(), "to": last.isoformat()}
    return f"{address}/" + (f"?{urlencode(query)}" if query else "")
