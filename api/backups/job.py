"""The job that makes a backup, and its arguments. Keys are named by their file: no job's row holds one."""

from collections.abc import Mapping
from pathlib import Path

from api.backups.making import Backup, Wish, make_backup
from api.jobs.task import Task


def backup_arguments(wish: Wish) -> dict[str, object]:
    """Return the arguments of a backup."""
    return {
        "target": str(wish.target.absolute()),
        "key_file": None if wish.key_file is None else str(wish.key_file.absolute()),
        "keep": wish.keep,
    }


def run_backup(task: Task) -> dict[str, object]:
    """Back up everything, all workspaces included, and return what was made."""
    made = make_backup(task.metadata, task.warehouse, wish_of(task.arguments), task.on_progress)
    return told_of(made, task.arguments)


def told_of(made: Backup, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return what there is to say of a backup."""
    return {
        "target": arguments["target"],
        "backup": made.manifest.id,
        "workspaces": sorted(made.manifest.workspaces),
        "files": len(made.manifest.files),
        "bytes": made.manifest.bytes,
        "added_bytes": made.added,
        "held_seconds": round(made.held, 3),
        "encrypted": made.encrypted,
        "keys_included": made.manifest.keys_included,
        "removed": list(made.removed),
    }


def wish_of(arguments: Mapping[str, object]) -> Wish:
    """Read the arguments of a backup."""
    key_file, keep = arguments["key_file"], arguments["keep"]
    return Wish(
        Path(str(arguments["target"])),
        Path(key_file) if isinstance(key_file, str) else None,
        keep if isinstance(keep, int) else None,
    )
