"""The YAML files of a workspace's own folder: listed, checked together, and written one at a time."""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from api.errors import ConflictError, InvalidSettingError, NotFoundError
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from schemas import SchemaError, SemanticModel, extend_model
from warehouse import InvalidRuleError, RuleFile, read_rules

FIELDS, METRICS, RULES = "fields.yaml", "metrics.yaml", "rules"
MOST_TEXT = 100_000
_RULE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.yaml")


@dataclass(frozen=True)
class OwnFile:
    """One file as it lies there; `name` is its path in the workspace's folder."""

    name: str
    text: str
    changed_at: datetime

    @property
    def digest(self) -> str:
        """Return what tells one state of the file from another."""
        return digest_of(self.text)


@dataclass(frozen=True)
class Checked:
    """What the files say together: the catalogue with what they add to it, and the rules."""

    model: SemanticModel
    rules: tuple[RuleFile, ...]


def digest_of(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def own_files(world: World, workspace: Workspace) -> list[OwnFile]:
    """Return the files that there are: fields, formulas, then rules by name."""
    folder = world.warehouse.places.own_folder(workspace.slug)
    paths = [folder / FIELDS, folder / METRICS, *sorted((folder / RULES).glob("*.yaml"))]
    return [_read(folder, path) for path in paths if path.is_file()]


def own_file(world: World, workspace: Workspace, name: str) -> OwnFile | None:
    """Return one file; None if it is not there yet. A name that no such file can have raises NotFoundError."""
    folder = world.warehouse.places.own_folder(workspace.slug)
    path = _place(folder, name)
    return _read(folder, path) if path.is_file() else None


def checked(world: World, workspace: Workspace, name: str, text: str | None) -> Checked:
    """Check all files as they would be with this text in one of them, or without it; raise InvalidSettingError."""
    if text is not None and len(text.encode()) > MOST_TEXT:
        raise InvalidSettingError(f"The file is too long: at most {MOST_TEXT:,} bytes.")
    with world.metadata.read() as session:
        slugs = [one.slug for one in Repository(session).client_accounts(workspace.id, archived=True)]
    with _candidate(world, workspace, name, text) as folder:
        try:
            model = extend_model(world.warehouse.model, folder)
            return Checked(model, read_rules(folder / RULES, model, slugs))
        except (SchemaError, InvalidRuleError) as error:
            raise InvalidSettingError(str(error).replace(f"{folder}/", "").replace(f"{folder}", "")) from error


def save(world: World, workspace: Workspace, name: str, text: str, seen: str) -> None:
    """Write a file that is right beside all others; `seen` is the digest of what its writer began with."""
    _unchanged(world, workspace, name, seen)
    checked(world, workspace, name, text)
    path = _place(world.warehouse.places.own_folder(workspace.slug), name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whole or not at all, and under a name that nobody reads until then.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def remove(world: World, workspace: Workspace, name: str, seen: str) -> None:
    """Remove a file that nothing in the others needs."""
    _unchanged(world, workspace, name, seen)
    checked(world, workspace, name, None)
    _place(world.warehouse.places.own_folder(workspace.slug), name).unlink(missing_ok=True)


def _unchanged(world: World, workspace: Workspace, name: str, seen: str) -> None:
    there = own_file(world, workspace, name)
    if (there.digest if there is not None else "") != seen:
        raise ConflictError(f"Somebody has changed {name} meanwhile. Copy your text, and open the file again.")


@contextmanager
def _candidate(world: World, workspace: Workspace, name: str, text: str | None) -> Iterator[Path]:
    """Give a copy of the workspace's folder in which one file is as it would be."""
    own = world.warehouse.places.own_folder(workspace.slug)
    with TemporaryDirectory(prefix="belvedere-rules-") as made:
        folder = Path(made)
        (folder / RULES).mkdir()
        for one in own_files(world, workspace):
            shutil.copyfile(own / one.name, folder / one.name)
        path = _place(folder, name)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
        yield folder


def _place(folder: Path, name: str) -> Path:
    known, _, rule = name.partition("/")
    if name in (FIELDS, METRICS) or (known == RULES and _RULE_NAME.fullmatch(rule)):
        return folder / name
    raise NotFoundError(f"There is no such file: {name[:100]}. Names of rules are of a-z, 0-9, - and _.")


def _read(folder: Path, path: Path) -> OwnFile:
    text = path.read_text(encoding="utf-8", errors="replace")
    return OwnFile(str(path.relative_to(folder)), text, datetime.fromtimestamp(path.stat().st_mtime, UTC))
