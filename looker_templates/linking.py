"""The address that copies a report into Looker Studio: its Linking API, one data source alias for each dataset.

Parameters by the Linking API's reference: c.* the report, r.* the copy, ds.* the data sources; what is not named
for an alias is taken from `ds.*`. Lists travel as `a,b`, as a data source stores them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from looker_templates.errors import LinkTooLongError
from looker_templates.spec import Report

LONGEST = 8_000
"""How long an address may be: browsers and servers on the way cut longer ones."""


@dataclass(frozen=True)
class Copy:
    """Whose report is to be made. `report_id` is the master report in Looker Studio, `name` what the copy is called."""

    host: str
    connector_id: str
    report_id: str
    name: str
    workspace: str
    clients: Sequence[str]
    language: str = "en"


def copy_link(report: Report, copy: Copy) -> str:
    """Return the address that opens a copy of the master report over the clients' own data."""
    parameters = {
        "c.reportId": copy.report_id,
        "c.mode": "edit",
        "r.reportName": copy.name,
        **_everywhere(copy),
    }
    for alias, source in report.sources.items():
        parameters[f"ds.{alias}.dataset"] = source.dataset
        parameters[f"ds.{alias}.datasourceName"] = f"{copy.name} · {source.dataset}"
    return _address(copy.host, parameters)


def blank_link(report: Report, copy: Copy) -> str:
    """Return the address of a new report with the template's first data source and nothing drawn."""
    source = next(iter(report.sources.values()))
    parameters = {"c.mode": "edit", "r.reportName": copy.name}
    parameters |= {name.replace("ds.*.", "ds."): value for name, value in _everywhere(copy).items()}
    return _address(copy.host, parameters | {"ds.dataset": source.dataset})


def _everywhere(copy: Copy) -> Mapping[str, str]:
    return {
        "ds.*.connector": "community",
        "ds.*.connectorId": copy.connector_id,
        "ds.*.workspace": copy.workspace,
        "ds.*.client": ",".join(copy.clients),
        "ds.*.language": copy.language,
        # Labels and types of the master stay; our field ids are the same for every client.
        "ds.*.refreshFields": "false",
    }


def _address(host: str, parameters: Mapping[str, str]) -> str:
    address = f"https://{host}/reporting/create?{urlencode(parameters, quote_via=quote)}"
    if len(address) > LONGEST:
        raise LinkTooLongError(len(address), LONGEST)
    return address
