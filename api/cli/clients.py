"""`belvedere client`: list the client accounts of a workspace and change one."""

from typing import Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

clients = typer.Typer(help="List and change client accounts.", no_args_is_help=True)


@clients.command(name="list")
def list_clients(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the client accounts of a workspace with the clock and the currency of their reports."""
    with errors_as_one_line(as_json=as_json):
        from dataclasses import asdict

        from api.workspaces.database import open_metadata
        from api.workspaces.repository import Repository
        from api.workspaces.service import find_workspace

        metadata = open_metadata(read_settings().metadata_url)
        found = find_workspace(metadata, workspace)
        with metadata.read() as session:
            listed = Repository(session).client_accounts(found.id)
        if as_json:
            say_json({"workspace": found.slug, "clients": [asdict(client) for client in listed]})
            return
        rows = [
            (one.slug, one.name, one.timezone, one.report_currency, one.region or "-", one.account_owner or "-")
            for one in listed
        ]
        say_table(("CLIENT", "NAME", "TIME ZONE", "CURRENCY", "REGION", "OWNER"), rows)


@clients.command(name="set")
def set_client(
    client: Annotated[str, typer.Argument(metavar="SLUG", help="Client account, as `belvedere client list` names it.")],
    name: Annotated[str | None, typer.Option("--name", help="What people call it.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help="Whose days reports show.")] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="In which reports show money.")
    ] = None,
    industry: Annotated[str | None, typer.Option("--industry", help="Empty text takes it away.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Empty text takes it away.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Empty text takes it away.")] = None,
    service_level: Annotated[str | None, typer.Option("--service-level", help="Contract tier.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Person responsible for the client account.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Change a client account. Its days and money are computed again; region, owner and level hold for new rows."""
    given = {
        "name": name,
        "timezone": timezone,
        "report_currency": currency,
        "industry": industry,
        "region": region,
        "country": country,
        "service_level": service_level,
        "account_owner": owner,
    }
    with errors_as_one_line(as_json=as_json):
        from api.cli.owner import open_office
        from api.jobs.records import JobKind
        from api.jobs.settings_work import settings_arguments
        from api.workspaces.service import find_workspace

        values = {key: value for key, value in given.items() if value is not None}
        if not values:
            raise typer.BadParameter("name at least one setting; see: belvedere client set --help")
        arguments = settings_arguments(client=client, client_values=values)
        office = open_office(read_settings())
        found = find_workspace(office.metadata, workspace)
        with show_progress(f"Changing {client}") as on_progress:
            office.do(found, JobKind.SETTINGS, arguments, on_progress)
        if as_json:
            say_json({"workspace": found.slug, "client": client, "set": values})
        else:
            say(f"Changed {client}: {', '.join(f'{key} = {value or None}' for key, value in values.items())}.")
