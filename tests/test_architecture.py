"""Rules that the import contracts cannot see: sizes, names, error files, forbidden calls, words."""

import ast
import re
import subprocess
from functools import cache
from importlib import import_module, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "connectors", "looker_templates", "schemas", "warehouse")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
)


_STATEMENT = re.compile(
    r"\s*(select|insert|update|delete|merge|create|alter|drop|copy)\s.*\b(from|into|set|table|where|values)\b",
    re.IGNORECASE | re.DOTALL,
)


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_there_are_modules_to_check() -> None:
    assert len(MODULES) > 50


def test_modules_are_at_most_300_lines() -> None:
    lines = {_id(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: count for name, count in lines.items() if count > 300}


def test_modules_say_what_they_are_for() -> None:
    assert not [_id(path) for path in MODULES if _tree(path).body and not ast.get_docstring(_tree(path))]


def test_module_names_say_something() -> None:
    empty = {"utils", "helpers", "common", "misc", "manager"}
    assert not [_id(path) for path in MODULES if path.stem in empty or path.stem.startswith("base_")]


def _is_error(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)


def test_exceptions_live_in_errors_files() -> None:
    elsewhere = [
        f"{_id(path)}: {node.name}"
        for path in MODULES
        if path.name != "errors.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef) and _is_error(node)
    ]
    assert not elsewhere, "move them to their package's errors.py"


def test_outsiders_import_from_the_package() -> None:
    """`from schemas import X`, not `from schemas.plan import X`, in other packages."""
    deep = [
        f"{_id(path)}: {node.module}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.split(".")[0] in PACKAGES
        and node.module.split(".")[0] != path.relative_to(ROOT).parts[0]
        and "." in node.module
        and node.module.split(".")[1] not in {"errors", "demo"}
    ]
    assert not deep


def test_the_orm_stays_in_the_api() -> None:
    imported = [
        f"{_id(path)}: {name}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] != "api"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.startswith("sqlalchemy.orm")
    ]
    assert not imported


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_exist(package: str) -> None:
    module = import_module(package)
    names = module.__all__
    assert sorted(set(names)) == sorted(names), "a name is listed twice"
    assert all(hasattr(module, name) for name in names)


def test_no_sql_is_glued_from_text_outside_the_warehouse() -> None:
    glued = {_id(path): _glued(_tree(path)) for path in MODULES if "warehouse" not in path.parts}
    assert not {name: lines for name, lines in glued.items() if lines}


def test_glued_sql_is_found() -> None:
    """The rule above is of no use if it cannot fail."""
    glued = ast.parse(
        'a = f"select {column} from {table}"\nb = f"delete from t where x = {value}"\nc = f"select {one}"'
    )
    assert _glued(glued) == [1, 2]


def _glued(tree: ast.Module) -> list[int]:
    return [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) and _STATEMENT.match(_shape(node))
    ]


def _shape(text: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in text.values)


def test_httpx_is_not_installed() -> None:
    """Authlib would mix two trees of exceptions, and retries would silently stop."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("httpx")


def test_every_decision_record_has_its_headings_and_is_short() -> None:
    records = [path for path in (ROOT / "docs/decisions").glob("*.md") if path.name[0].isdigit()]
    assert records
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, path.name
        for heading in ("Context", "Decision", "Consequences", "Alternatives", "References"):
            assert re.search(rf"^#+ {heading}", text, re.MULTILINE), f"{path.name} lacks {heading}"


def test_lock_files_name_no_host() -> None:
    for path in _tracked("requirements/*.txt", "*package-lock.json"):
        assert "://" not in re.sub(r'"(url|homepage)": "[^"]*"', "", path.read_text(encoding="utf-8")), path.name


def test_every_requirement_is_locked_with_hashes() -> None:
    for name in ("run", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
        pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)
        assert len(pinned) > 20
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "httpx" not in pinned
