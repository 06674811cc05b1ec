"""`belvedere client`: add from a list, archive, bring back, hand over, delete."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.clients import clients
from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

__all__ = ["clients"]  # with these commands among the others

_Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Client account, as `belvedere client list` names it.")]


@clients.command(name="import")
def import_clients(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a header; a column `name` is needed.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would add.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Add the client accounts of a CSV file, all or none.

    Columns: name, slug, currency, timezone, industry, region, country, service_level, owner, domain. People with an
    e-mail address of `domain` may read the reports of that client account.
    """
    with errors_as_one_line(as_json=as_json):
        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.clients.listing import add_list, plan_list
        from api.workspaces.database import open_metadata
        from api.workspaces.service import find_workspace

        metadata = open_metadata(read_settings().metadata_url)
        found, data = find_workspace(metadata, workspace), file.read_bytes()
        if dry_run:
            with metadata.read() as session:
                plan = plan_list(session, found, data)
        else:
            plan = add_list(metadata, found, data, "command line")
            for one in plan.listed if not plan.troubles else ():
                record(metadata, COMMAND, Action.CLIENT_CHANGE, one.client.id, workspace_id=found.id)
        troubles = [{"line": one.line, "problem": one.problem} for one in plan.troubles]
        if as_json:
            added = [{"line": one.line, "name": one.client.name, "slug": one.client.slug} for one in plan.listed]
            say_json({"workspace": found.slug, "dry_run": dry_run, "clients": added, "problems": troubles})
        elif plan.troubles:
            say_table(("LINE", "PROBLEM"), [(str(one.line), one.problem) for one in plan.troubles])
            say("Nothing was added. Correct these lines and run it again.")
        else:
            rows = [
                (one.client.slug, one.client.name, one.client.timezone, one.client.report_currency, one.domain or "-")
                for one in plan.listed
            ]
            say_table(("CLIENT", "NAME", "TIME ZONE", "CURRENCY", "DOMAIN"), rows)
            say(f"{'Would add' if dry_run else 'Added'} {len(rows)} client accounts.")
        if plan.troubles:
            sys.exit(1)


@clients.command(name="archive")
def archive_client(client: _Slug, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Hide a client account and stop its syncs. Its data stay, and it can come back."""
    _put_away(client, workspace, as_json=as_json, away=True)


@clients.command(name="restore")
def restore_client(client: _Slug, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Bring an archived client account back."""
    _put_away(client, workspace, as_json=as_json, away=False)


@clients.command(name="export")
def export_client(
    client: _Slug,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="DuckDB file to write; it must not be there.")],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Write a DuckDB file with the rows of one client account, and nobody else's."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.cli.owner import open_office
        from api.clients.archiving import id_of
        from api.clients.leaving import hand_over_arguments
        from api.jobs.records import JobKind
        from api.workspaces.service import find_workspace

        if file.exists():
            raise typer.BadParameter(f"{file} is there already; name a new file")
        office = open_office(read_settings())
        found = find_workspace(office.metadata, workspace)
        client_id = id_of(office.metadata, found, client)
        with show_progress(f"Writing {file.name}") as on_progress:
            done = office.do(found, JobKind.HAND_OVER, hand_over_arguments(client_id, file), on_progress)
        record(office.metadata, COMMAND, Action.CLIENT_EXPORT, client_id, workspace_id=found.id)
        if as_json:
            say_json({"workspace": found.slug, "client": client, "file": done["path"], "rows": done["rows"]})
        else:
            say(f"Wrote {done['path']} ({done['bytes']} bytes) with the rows of {client} alone.")


@clients.command(name="delete")
def delete_client(
    client: _Slug,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="Also write the receipt to this file.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Delete a client account from every table and file. It cannot be undone; a receipt says what was deleted."""
    with errors_as_one_line(as_json=as_json):
        import orjson

        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.cli.owner import open_office
        from api.clients.archiving import id_of
        from api.clients.leaving import BY_COMMAND, deletion_arguments
        from api.jobs.records import JobKind
        from api.workspaces.service import find_workspace

        office = open_office(read_settings())
        found = find_workspace(office.metadata, workspace)
        client_id = id_of(office.metadata, found, client)
        if not yes and typer.prompt(f"This deletes {client} for good. Type {client} to go on") != client:
            raise typer.Abort
        record(office.metadata, COMMAND, Action.CLIENT_DELETE, client_id, workspace_id=found.id)
        with show_progress(f"Deleting {client}") as on_progress:
            done = office.do(found, JobKind.DELETION, deletion_arguments(client_id, BY_COMMAND), on_progress)
        document = orjson.dumps(done["receipt"], option=orjson.OPT_INDENT_2).decode()
        if receipt is not None:
            receipt.write_text(document, encoding="utf-8")
        if as_json:
            say_json({"workspace": found.slug, "receipt": done["receipt"]})
        else:
            say(document)


def _put_away(client: str, workspace: str | None, *, as_json: bool, away: bool) -> None:
    with errors_as_one_line(as_json=as_json):
        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.clients.archiving import archive, bring_back, id_of
        from api.workspaces.database import open_metadata
        from api.workspaces.service import find_workspace

        metadata = open_metadata(read_settings().metadata_url)
        found = find_workspace(metadata, workspace)
        client_id = id_of(metadata, found, client)
        (archive if away else bring_back)(metadata, found.id, client_id)
        action = Action.CLIENT_ARCHIVE if away else Action.CLIENT_RESTORE
        record(metadata, COMMAND, action, client_id, workspace_id=found.id)
        if as_json:
            say_json({"workspace": found.slug, "client": client, "archived": away})
        else:
            say(f"{'Archived' if away else 'Brought back'} {client}.")
