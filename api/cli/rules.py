"""`belvedere rules`: a workspace's own fields, formulas and mapping rules: where they lie, try them, take them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

rules = typer.Typer(help="Try and take a workspace's own fields, formulas and mapping rules.", no_args_is_help=True)


@rules.command(name="folder")
def folder(workspace: WorkspaceName = None) -> None:
    """Print the folder of fields.yaml, metrics.yaml and rules/*.yaml; it is made if it is missing."""
    with errors_as_one_line(as_json=False):
        _, place = _place(workspace)
        (place / "rules").mkdir(parents=True, exist_ok=True)
        say(str(place))


@rules.command(name="preview")
def preview(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show what the rules would change in the rows that are there; nothing is written."""
    with errors_as_one_line(as_json=as_json):
        result = _do(workspace, "Trying the rules", apply=False, again=False)
        previews = result["previews"]
        assert isinstance(previews, list)
        if as_json:
            say_json(result)
            return
        if not previews:
            say("No rule speaks of rows that a connection has brought. See: belvedere rules folder.")
        for one in previews:
            _tell(one)


@rules.command(name="apply")
def apply(
    again: Annotated[bool, typer.Option("--again", help="Make history again even if no rule changed.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Take the folder's fields, formulas and rules, and make the rows of every connection again from raw."""
    with errors_as_one_line(as_json=as_json):
        result = _do(workspace, "Taking the rules", apply=True, again=again)
        if as_json:
            say_json(result)
            return
        made = result["connections"]
        assert isinstance(made, Mapping)
        history = f"made again: {', '.join(made)}" if made else "left as it is, since no rule changed"
        say(f"{result['rules']} rules, catalogue {result['catalogue']}. History of connections was {history}.")


def _tell(one: Mapping[str, object]) -> None:
    say(f"{one['file']} on '{one['connection']}': {one['rows']} rows, {one['changes_found']} different changes")
    changes, unreadable = one["changes"], one["unreadable"]
    assert isinstance(changes, list)
    assert isinstance(unreadable, Mapping)
    shown = [(change["column"], _cell(change["before"]), _cell(change["after"]), change["rows"]) for change in changes]
    say_table(("COLUMN", "NOW", "BY THE RULE", "ROWS"), [tuple(str(cell) for cell in row) for row in shown])
    for name, count in unreadable.items():
        if count:
            say(f"  {count} cells fit no value of '{name}'; they would go into quarantine and stay empty.")


def _cell(value: object) -> str:
    return "(empty)" if value is None else str(value)


def _place(workspace: str | None) -> tuple[str, Path]:
    from api.cli.owner import open_office
    from api.workspaces.service import find_workspace
    from warehouse import Places

    settings = read_settings()
    found = find_workspace(open_office(settings).metadata, workspace)
    return found.slug, Places(settings.data_dir.resolve()).own_folder(found.slug)


def _do(workspace: str | None, title: str, *, apply: bool, again: bool) -> dict[str, object]:
    import secrets

    from api.cli.owner import open_office
    from api.jobs.records import JobKind
    from api.workspaces.service import find_workspace

    office = open_office(read_settings())
    found = find_workspace(office.metadata, workspace)
    _, place = _place(workspace)
    # The files may have changed since an equal call, so no two of these jobs are the same work.
    call = {"folder": str(place / "rules"), "apply": apply, "again": again, "call": secrets.token_hex(8)}
    with show_progress(title) as on_progress:
        return office.do(found, JobKind.RULES, call, on_progress)
