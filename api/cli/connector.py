"""`belvedere connector`: the community connector inside Looker Studio: take it out, link to it, check its server."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, note, read_settings, say, say_json

connector = typer.Typer(help="Publish, link and check the Looker Studio connector.", no_args_is_help=True)


@connector.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; it is made if missing.")],
    bigquery: Annotated[
        bool, typer.Option("--bigquery", help="With the manifest that answers charts with queries for BigQuery.")
    ] = False,
    client_id: Annotated[
        str | None,
        typer.Option(
            "--client-id",
            metavar="ID",
            help="People sign in instead of pasting a key: id of this copy, from the console.",
        ),
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="Where they sign in; this server's address by default.")
    ] = None,
    viewers: Annotated[
        bool, typer.Option("--viewers", help="Each reader signs in himself, and requests carry his e-mail address.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the connector's files into a folder that is ready for `clasp push`."""
    with errors_as_one_line(as_json=as_json):
        from api.connector.files import Build, export_connector

        signs_in = client_id is not None
        where = (address or read_settings().address).rstrip("/") if signs_in else ""
        written = export_connector(folder, Build(bigquery, client_id, where, viewers))
        if as_json:
            say_json({"folder": str(folder), "files": [path.name for path in written]})
            return
        for path in written:
            say(str(path))
        note(f"Next: cd {folder} && clasp create --type standalone --title Belvedere && clasp push --force")
        if signs_in:
            note("Then add the client secret to the script's properties, as CLIENT_SECRET.")
        note("The whole way is in docs/publish-your-connector.md.")


@connector.command()
def link(
    deployment_id: Annotated[str, typer.Option("--deployment-id", help="Deployment id of your copy of the connector.")],
    dataset: Annotated[str, typer.Option("--dataset", help="Dataset of the new data source.")] = "tickets",
    client: Annotated[
        list[str] | None,
        typer.Option("--client", metavar="SLUG", help="Client account; may be repeated. Default: all."),
    ] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="NAME", help="Workspace; the key's own by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the direct link that creates a data source with these choices filled in."""
    with errors_as_one_line(as_json=as_json):
        from api.connector.links import data_source_link
        from schemas import load_model

        load_model().dataset(dataset)
        settings = read_settings()
        address = data_source_link(settings.looker_host, deployment_id, dataset, tuple(client or ()), workspace)
        if as_json:
            say_json({"link": address})
        else:
            say(address)


@connector.command()
def check(
    key: Annotated[str, typer.Option("--key", help="API key.")],
    address: Annotated[
        str | None, typer.Option("--address", help="Address of the server; this one's by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Call a running server as the connector does: credentials, configuration, fields, rows."""
    with errors_as_one_line(as_json=as_json):
        from api.connector.check import check_server

        steps = check_server(address or read_settings().address, key)
        failed = [step for step in steps if not step.passed]
        if as_json:
            say_json({"ok": not failed, "steps": [vars(step) for step in steps]})
        else:
            for step in steps:
                say(f"{'ok    ' if step.passed else 'FAILED'}  {step.name}: {step.text}")
        if failed:
            raise typer.Exit(1)
