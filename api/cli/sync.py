"""`belvedere sync`: run the connections of a workspace now."""

from typing import Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, note, read_settings, say, say_json
from api.cli.progress import show_progress


def sync(
    connection: Annotated[
        str | None, typer.Argument(metavar="[CONNECTION]", help="Name of one connection; all of them by default.")
    ] = None,
    workspace: WorkspaceName = None,
    accept_deletions: Annotated[
        bool, typer.Option("--accept-deletions", help="Delete also where most of a list has gone at the source.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch what is new from the workspace's sources. Exit status 1 if a connection failed."""
    with errors_as_one_line(as_json=as_json):
        from api.cli.owner import open_office
        from api.errors import JobFailedError, NotFoundError
        from api.jobs.records import JobKind
        from api.jobs.sync_work import ACCEPT_DELETIONS
        from api.workspaces.repository import Repository
        from api.workspaces.service import find_workspace

        office = open_office(read_settings())
        found = find_workspace(office.metadata, workspace)
        with office.metadata.read() as session:
            known = Repository(session).connections(found.id)
        chosen = [one for one in known if connection in (None, one.name)]
        if not chosen:
            names = ", ".join(one.name for one in known) or "none yet"
            wanted = f"connection '{connection}'" if connection else "connection"
            raise NotFoundError(f"There is no {wanted} in workspace '{found.slug}'. Connections: {names}.")
        results: list[dict[str, object]] = []
        for one in chosen:
            try:
                with show_progress(one.name) as on_progress:
                    arguments = {"connection_id": one.id, "whole": True}  # somebody watches it to its end
                    if accept_deletions:
                        arguments[ACCEPT_DELETIONS] = True
                    result = office.do(found, JobKind.SYNC, arguments, on_progress)
            except JobFailedError as error:
                results.append({"connection": one.name, "error": {"message": str(error), **error.detail}})
                note(f"belvedere: {one.name}: {error}")
            else:
                results.append(result)
                if not as_json:
                    say(str(result["sentence"]))
        if as_json:
            say_json({"workspace": found.slug, "connections": results})
        if any("error" in result for result in results):
            raise typer.Exit(1)
