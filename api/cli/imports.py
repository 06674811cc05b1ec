"""`belvedere import`: load a file into a client account, try it out, or propose a mapping."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json
from api.cli.progress import show_progress

if TYPE_CHECKING:
    from warehouse import Mapping as FileMapping


class ImportMode(StrEnum):
    """What a file does to the rows that are there."""

    APPEND = "append"
    REPLACE = "replace"
    UPSERT = "upsert"


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV, NDJSON, JSON, Parquet or XLSX.")],
    entity: Annotated[str, typer.Option("--as", metavar="WHAT", help="What a row of the file is, such as tickets.")],
    client: Annotated[
        str | None, typer.Option("--client", metavar="NAME", help="Client account of the rows; made if missing.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="YAML", help="From the file's columns to ours; proposed if absent."),
    ] = None,
    mode: Annotated[ImportMode | None, typer.Option("--mode", help="Wins over the mapping's mode.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="COLUMN", help="Column of the file that tells rows apart; repeatable."),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="What to call where the file is from.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")] = None,
    write_mapping: Annotated[
        Path | None, typer.Option("--write-mapping", metavar="YAML", help="Where a proposed mapping is written.")
    ] = None,
    defer: Annotated[
        bool, typer.Option("--defer", help="More files follow: leave backlog, health and the like to the last one.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Load a file. Exit status: 0 everything loaded, 3 some rows or cells in quarantine, 1 nothing loaded, 2 usage."""
    with errors_as_one_line(as_json=as_json):
        if mapping is None:
            from api.cli.proposals import propose

            propose(file, entity, client, write_mapping, as_json=as_json)
            return
        if client is None and not dry_run:
            raise typer.BadParameter("name the client account of the rows", param_hint="'--client'")
        changes: dict[str, object] = {"key": tuple(key or ()), "source": source, "sheet": sheet}
        status = _load(file, entity, client, _with(mapping, changes), mode, dry_run, defer, workspace, as_json)
        if status:
            raise typer.Exit(status)


def _with(path: Path, changes: dict[str, object]) -> "FileMapping":
    from warehouse import Mapping, load_mapping

    given = {name: value for name, value in changes.items() if value}
    read = load_mapping(path)
    return Mapping.model_validate(read.model_dump(by_alias=True) | given) if given else read


def _load(
    file: Path,
    entity: str,
    client: str | None,
    mapping: "FileMapping",
    mode: ImportMode | None,
    dry_run: bool,
    defer: bool,
    workspace: str | None,
    as_json: bool,
) -> int:
    from api.cli.import_texts import plan_lines, report_lines
    from api.cli.owner import open_office
    from api.jobs.records import JobKind
    from api.jobs.work import import_arguments
    from api.workspaces.service import find_or_create_workspace
    from warehouse import Mode, check_file

    _check_entity(entity, mapping)
    check_file(file)  # before a workspace is made for it
    settings = read_settings()
    office = open_office(settings)
    found = find_or_create_workspace(office.metadata, workspace)
    wanted = client or "Dry run"
    chosen = Mode(mode.value) if mode else None
    arguments = import_arguments(file, wanted, mapping, mode=chosen, dry_run=dry_run, defer=defer)
    with show_progress(f"Trying {file.name}" if dry_run else f"Loading {file.name}") as on_progress:
        result = office.do(found, JobKind.IMPORT, arguments, on_progress)
    if as_json:
        say_json(result)
    else:
        for line in plan_lines(result) if dry_run else report_lines(result, settings.address):
            say(line)
    report = result.get("report")
    status = report.get("exit_status") if isinstance(report, dict) else 0
    return status if isinstance(status, int) else 1


def _check_entity(name: str, mapping: "FileMapping") -> None:
    """Refuse a mapping that is for other rows than the command says."""
    from api.cli.proposals import entity_called
    from api.errors import ConflictError

    if entity_called(name) != entity_called(mapping.entity):
        raise ConflictError(
            f"The mapping is for '{mapping.entity}', but the command says --as {name}. Use one of them."
        )
