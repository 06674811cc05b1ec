"""Rules that the import contracts cannot see: sizes, names, error files, forbidden calls, words."""

import ast
import re
import subprocess
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


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_module_is_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_module_says_what_it_is_for(path: Path) -> None:
    tree = _tree(path)
    assert not tree.body or ast.get_docstring(tree), "the module has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_module_name_says_something(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "misc", "manager"}
    assert not path.stem.startswith("base_")


def _is_error(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id.endswith(("Error", "Exception")) for base in node.bases)


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_exceptions_live_in_errors_files(path: Path) -> None:
    if path.name == "errors.py":
        return
    defined = [node.name for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef) and _is_error(node)]
    assert not defined, f"move {defined} to the package's errors.py"


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_outsiders_import_from_the_package(path: Path) -> None:
    """`from schemas import X`, not `from schemas.plan import X`, in other packages."""
    own = path.relative_to(ROOT).parts[0]
    deep = [
        node.module
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.split(".")[0] in PACKAGES
        and node.module.split(".")[0] != own
        and "." in node.module
        and node.module.split(".")[1] not in {"errors", "demo"}
    ]
    assert not deep, f"import from the package: {deep}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.relative_to(ROOT).parts[0] != "api"], ids=_id)
def test_the_orm_stays_in_the_api(path: Path) -> None:
    imported = [
        name
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    assert not [name for name in imported if name.startswith("sqlalchemy.orm")]


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_exist(package: str) -> None:
    module = import_module(package)
    names = module.__all__
    assert sorted(set(names)) == sorted(names), "a name is listed twice"
    assert all(hasattr(module, name) for name in names)


@pytest.mark.parametrize("path", [path for path in MODULES if "warehouse" not in path.parts], ids=_id)
def test_no_sql_is_glued_from_text_outside_the_warehouse(path: Path) -> None:
    assert not _glued(_tree(path)), f"f-string SQL at lines {_glued(_tree(path))}"


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
