"""`belvedere backup`, `restore` and `verify`: everything that an installation keeps, in one place."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, note, read_settings, say, say_json
from api.cli.progress import show_progress

Place = Annotated[
    Path, typer.Argument(metavar="DIR|FILE", help="Folder that many backups share, or one archive file: name.tar.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FILE", help="File with the key of the backup (BELVEDERE_BACKUP_KEY_FILE)."),
]
BackupId = Annotated[
    str | None, typer.Option("--backup", metavar="ID", help="Which backup of the folder; the newest by default.")
]


def backup(
    target: Place,
    key_file: KeyFile = None,
    keep: Annotated[
        int | None,
        typer.Option("--keep", metavar="N", min=1, help="Keep only the newest N backups of the folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Back up all workspaces and the metadata, also while the server runs."""
    with errors_as_one_line(as_json=as_json):
        from api.backups.job import backup_arguments, told_of, wish_of
        from api.backups.making import Wish, make_backup
        from api.cli.owner import open_office
        from api.jobs.records import JobKind
        from api.workspaces.repository import Repository
        from api.world import make_warehouse
        from schemas import load_model

        settings = read_settings()
        office = open_office(settings)
        with office.metadata.read() as session:
            workspaces = Repository(session).workspaces()
        arguments = backup_arguments(Wish(target, key_file or settings.backup_key_file, keep))
        with show_progress("Backing up") as on_progress:
            if workspaces:
                result = office.do(workspaces[0], JobKind.BACKUP, arguments, on_progress)
            else:
                # A job belongs to a workspace. Without any there are only the metadata, which need no owner's hands.
                warehouse = make_warehouse(settings, load_model())
                result = told_of(make_backup(office.metadata, warehouse, wish_of(arguments), on_progress), arguments)
        if as_json:
            say_json(result)
            return
        say(
            f"Backup {result['backup']} is in {result['target']}: {result['files']} files, {_size(result['bytes'])}, "
            f"of which {_size(result['added_bytes'])} were written."
        )
        if not result["keys_included"]:
            _tell_keys(encrypted=bool(result["encrypted"]))


def restore(
    source: Place,
    key_file: KeyFile = None,
    backup_id: BackupId = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also over data that are there; they are kept in a folder beside.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup into the data directory, which is empty; the server must not run."""
    with errors_as_one_line(as_json=as_json):
        from api.audit.records import Action
        from api.backups.restoring import Source, restore
        from api.cli.written_down import write_down_everywhere
        from api.workspaces.database import open_metadata
        from api.world import make_warehouse
        from schemas import load_model

        settings = read_settings()
        wanted = Source(source, key_file or settings.backup_key_file, backup_id)
        done = restore(wanted, settings, make_warehouse(settings, load_model()), force=force)
        write_down_everywhere(open_metadata(settings.metadata_url), Action.RESTORE, done.manifest.id)
        if as_json:
            say_json({"backup": done.manifest.id, "data_dir": str(settings.data_dir), "before": done.before})
            return
        say(f"Backup {done.manifest.id} is restored into {settings.data_dir}: {_names(done.manifest.workspaces)}.")
        if done.before is not None:
            note(f"What was there before lies in {done.before}. Remove it when all is well.")
        if not done.manifest.keys_included:
            note(
                f"The backup holds no keys of stored sign-ins: put secret.keys into {settings.data_dir}, mode 600, or "
                "set BELVEDERE_SECRET_KEYS, before the server starts."
            )


def verify(source: Place, key_file: KeyFile = None, backup_id: BackupId = None, as_json: AsJson = False) -> None:
    """Restore a backup into a temporary folder, open every database in it, and compare what is in them."""
    with errors_as_one_line(as_json=as_json):
        from api.backups.restoring import Source, verify

        done = verify(Source(source, key_file or read_settings().backup_key_file, backup_id))
        rows = sum(sum(one.rows.values()) for one in done.manifest.workspaces.values())
        if as_json:
            say_json({"backup": done.manifest.id, "ok": not done.faults, "faults": done.faults, "rows": rows})
        elif not done.faults:
            names = _names(done.manifest.workspaces)
            say(f"Backup {done.manifest.id} is whole: {names} with {rows:,} rows, and the metadata.")
        for fault in done.faults:
            note(f"belvedere: {fault}")
        if done.faults:
            raise typer.Exit(1)


def _names(workspaces: Iterable[str]) -> str:
    listed = ", ".join(workspaces)
    return f"workspaces {listed}" if listed else "no workspace"


def _tell_keys(*, encrypted: bool) -> None:
    if encrypted:
        note("The keys in BELVEDERE_SECRET_KEYS are not in the backup: keep a copy of them apart.")
        return
    note(
        "The backup is not encrypted, so the keys of stored sign-ins are not in it. Keep secret.keys of the data "
        "directory apart: without it every account has to be linked again. With --key-file they are included."
    )


def _size(count: object) -> str:
    megabytes = (count if isinstance(count, int) else 0) / 1_000_000
    return f"{megabytes:,.1f} MB"
