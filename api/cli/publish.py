"""`belvedere publish`: export a workspace's tables for BigQuery, with the plan of how to load them."""

import re
from typing import Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, note, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


def publish(
    workspace: WorkspaceName = None,
    bucket: Annotated[
        str,
        typer.Option(
            "--bucket", metavar="NAME", help="Cloud Storage bucket that the commands load from. Default: none."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Export the normalised tables as Parquet, beside a plan of how to load them. Nothing leaves this machine."""
    with errors_as_one_line(as_json=as_json):
        from api.cli.owner import open_office
        from api.errors import MalformedRequestError
        from api.jobs.publishing import publish_arguments
        from api.jobs.records import JobKind
        from api.workspaces.service import find_workspace
        from warehouse import Target

        name = bucket.removeprefix("gs://").rstrip("/")
        if name and not _BUCKET.fullmatch(name):
            raise MalformedRequestError(f"'{bucket}' is not the name of a bucket, such as acme-belvedere.")
        settings = read_settings()
        project, _, dataset = settings.bigquery_dataset.rpartition(".")
        target = Target(dataset, project or settings.bigquery_project, name)
        office = open_office(settings)
        found = find_workspace(office.metadata, workspace)
        with show_progress(f"Publishing {found.slug}") as on_progress:
            result = office.do(found, JobKind.PUBLISH, publish_arguments(target), on_progress)
        if as_json:
            say_json(result)
            return
        tables, commands = _list(result["tables"]), _list(result["commands"])
        rows = [(str(one["table"]), f"{one['rows']:,}", f"{one['bytes']:,}") for one in tables if isinstance(one, dict)]
        say_table(("TABLE", "ROWS", "BYTES"), rows)
        note(f"To load them into BigQuery: cd {result['folder']}, then these commands (docs/scale-out.md):")
        for command in commands:
            note(f"  {command}")
        say(f"Published data version {result['data_version']} of workspace '{found.slug}' to {result['folder']}.")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
