"""`belvedere key`: make, list and revoke API keys."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import (
    AsJson,
    WorkspaceName,
    errors_as_one_line,
    note,
    read_settings,
    say,
    say_json,
    say_table,
)

if TYPE_CHECKING:
    from api.workspaces.records import ApiKey

keys = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


@keys.command()
def create(
    name: Annotated[str, typer.Option("--name", help="What the key is for; shown in lists.")],
    client: Annotated[
        list[str] | None, typer.Option("--client", metavar="SLUG", help="Only this client account; may be repeated.")
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="May also link accounts, add clients and start syncs (/v1/connections).")
    ] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, alone, on standard output. It is shown this one time."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.workspaces.database import open_metadata
        from api.workspaces.service import create_key, find_or_create_workspace, find_workspace

        metadata = open_metadata(read_settings().metadata_url)
        # Without a name the first workspace may be made here; a name that does not exist is a mistake.
        found = find_workspace(metadata, workspace) if workspace else find_or_create_workspace(metadata, None)
        key = create_key(metadata, found, name, client or None, admin=admin)
        record(metadata, COMMAND, Action.KEY_MAKE, key.id, workspace_id=found.id)
        if as_json:
            made = {"key": key.secret, "id": key.id, "name": key.name, "workspace": found.slug, "clients": client}
            say_json({**made, "admin": admin})
            return
        say(key.secret)
        does = "administers" if admin else "reads"
        note(f"Key '{name}' {does} workspace '{found.slug}'" + (f", {', '.join(client)} only." if client else "."))


@keys.command(name="list")
def list_keys(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the keys of a workspace; their texts are not kept."""
    with errors_as_one_line(as_json=as_json):
        from dataclasses import asdict

        from api.workspaces.database import open_metadata
        from api.workspaces.repository import Repository
        from api.workspaces.service import find_workspace

        metadata = open_metadata(read_settings().metadata_url)
        found = find_workspace(metadata, workspace)
        with metadata.read() as session:
            listed = Repository(session).keys(found.id)
        if as_json:
            say_json({"workspace": found.slug, "keys": [asdict(key) for key in listed]})
            return
        rows = [
            (
                key.name,
                f"{key.hint}...",
                ("all clients, administers" if key.admin else "all clients")
                if key.clients is None
                else ", ".join(key.clients) or "none",
                f"{key.created_at:%Y-%m-%d %H:%M}",
                f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
                "revoked" if key.revoked_at else "works",
            )
            for key in listed
        ]
        say_table(("NAME", "KEY", "READS", "MADE (UTC)", "LAST USED (UTC)", "STATE"), rows)


@keys.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Name or id of the key.")],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a key: it and every report signed in with it are refused from now on."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.log import record
        from api.audit.records import COMMAND, Action
        from api.workspaces.database import open_metadata
        from api.workspaces.service import find_workspace, revoke_key

        metadata = open_metadata(read_settings().metadata_url)
        found = find_workspace(metadata, workspace)
        count = revoke_key(metadata, found, name)
        record(metadata, COMMAND, Action.KEY_REVOKE, name, workspace_id=found.id)
        if as_json:
            say_json({"revoked": count, "name": name, "workspace": found.slug})
        else:
            say(f"Revoked {count} key{'s' if count > 1 else ''} named '{name}' of workspace '{found.slug}'.")


def _reads(key: "ApiKey") -> str:
    if key.clients is None:
        return "all clients, administers" if key.admin else "all clients"
    return ", ".join(key.clients) or "none"
