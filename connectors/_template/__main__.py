"""`make new-source NAME=acme`: copies this folder and its tests under a name of their own, ready to be changed."""

import re
import sys
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_OURS = "template"


def make_source(name: str, root: Path) -> list[Path]:
    """Write a new source and its tests below `root` and return the files; raises ValueError if that cannot be."""
    if not _NAME.fullmatch(name) or name == _OURS:
        raise ValueError(f"'{name}' is no name for a source: use a-z, 0-9 and single underscores, such as acme_desk.")
    target, tests = root / "connectors" / name, root / "tests" / "connectors"
    if target.exists():
        raise ValueError(f"connectors/{name} is there already.")
    ours = Path(__file__).parent
    fake, check = tests / "fakes" / f"_{_OURS}.py", tests / f"_{_OURS}_check.py"
    plan = {
        path: target / path.relative_to(ours)
        for path in sorted(ours.rglob("*"))
        if path.is_file() and path.suffix in (".py", ".sql", ".md") and path.name != "__main__.py"
    }
    plan |= {fake: tests / "fakes" / f"{name}.py", check: tests / f"test_{name}.py"}
    for path, made in plan.items():
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(_renamed(path.read_text(encoding="utf-8"), name), encoding="utf-8")
    return list(plan.values())


def _renamed(text: str, name: str) -> str:
    words = [word.capitalize() for word in name.split("_")]
    text = text.replace(f"_{_OURS}", name)  # of imports
    text = text.replace(f"{_OURS}.example", f"{name.replace('_', '-')}.example").replace(_OURS, name)
    named = re.sub(r"\bTemplate(?=[A-Z])|(?<=[a-z])Template\b", "".join(words), text)
    return named.replace("Template", " ".join(words))


def main() -> None:
    """Make the source that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("Say its name: make new-source NAME=acme")
    root = Path.cwd()
    try:
        made = make_source(sys.argv[1], root)
    except ValueError as error:
        sys.exit(str(error))
    listed = "\n".join(str(path.relative_to(root)) for path in made)
    test = f"tests/connectors/test_{sys.argv[1]}.py"
    sys.stdout.write(f"{listed}\nNow: .venv/bin/pytest {test}, then follow docs/add-a-source.md.\n")


if __name__ == "__main__":
    main()
