"""Proposes a mapping for a file that came without one, writes it out, and says what to run next. Loads nothing."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.output import program, say, say_json

if TYPE_CHECKING:
    from schemas import Entity


def propose(file: Path, entity: str, client: str | None, target: Path | None, *, as_json: bool) -> None:
    """Write a proposed mapping beside the file, or to `target`; a file that is there is never written over."""
    from api.errors import ConflictError
    from warehouse import dump_mapping, propose_mapping

    proposal = propose_mapping(file, entity_called(entity))
    path = target or file.with_name(f"{file.stem}.mapping.yaml")
    text = dump_mapping(proposal)
    kept = path.exists() and path.read_text(encoding="utf-8") == text
    if path.exists() and not kept:
        raise ConflictError(
            f"{path} is there already and is not written over. Use it (--mapping {shlex.quote(str(path))}), "
            "or choose another place: --write-mapping YAML."
        )
    if not kept:
        path.write_text(text, encoding="utf-8")
    command = _next(file, entity, client, path)
    if as_json:
        mapping = proposal.mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        document = {"mapping_file": str(path), "mapping": mapping, "doubts": proposal.doubts}
        say_json({**document, "unmapped": proposal.unmapped, "next": command})
        return
    say(f"Proposed a mapping of {len(proposal.mapping.columns)} columns: {path}")
    for name, doubt in proposal.doubts.items():
        say(f"  check {name}: {doubt}")
    if proposal.unmapped:
        say(f"  not used: {', '.join(proposal.unmapped)}")
    say("Nothing was loaded. Look the mapping over, then run:")
    say(f"  {command} --dry-run")
    say(f"  {command}")


def entity_called(name: str) -> "Entity":
    """Return the entity of this name, or the only one of the dataset of this name."""
    from api.errors import NotFoundError
    from schemas import load_model
    from warehouse import loadable_names

    model = load_model()
    known = loadable_names(model)
    if name in known:
        return model.entities[known[name]]
    raise NotFoundError(f"Nothing called '{name}' can be loaded. Choose one of: {', '.join(sorted(known))}.")


def _next(file: Path, entity: str, client: str | None, mapping: Path) -> str:
    words = [program(), "import", str(file), "--as", entity, "--client", client or "NAME", "--mapping", str(mapping)]
    return shlex.join(words)
