"""Docs are kept true: links lead somewhere, commands exist, every name in the code has its line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from api.cli import app
from api.settings import Settings
from schemas import load_model

ROOT = Path(__file__).parent.parent
_FOLDERS = ("docs", "apps_script", "connectors", "looker_templates")
PAGES = sorted([*ROOT.glob("*.md"), *(path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.md"))])
PAGES = [path for path in PAGES if "node_modules" not in path.parts and "static" not in path.parts]
COMMANDS: dict[str, object] = getattr(get_command(app), "commands", {})


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def _code_blocks(text: str) -> str:
    return "\n".join(re.findall(r"^```(?:sh|console|bash)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE))


def test_links_lead_somewhere() -> None:
    missing = [
        f"{_id(page)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not missing


def test_commands_in_code_blocks_exist() -> None:
    unknown = [
        f"{_id(page)}: {used}"
        for page in PAGES
        for used in re.findall(r"(?:^|[\s/$])belvedere ([a-z][a-z-]*)", _code_blocks(page.read_text(encoding="utf-8")))
        if used not in COMMANDS
    ]
    assert not unknown


def test_make_targets_in_code_blocks_exist() -> None:
    known = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    for page in PAGES:
        blocks = _code_blocks(page.read_text(encoding="utf-8"))
        assert set(re.findall(r"^(?:\$ )?make ([a-z-]+)", blocks, re.MULTILINE)) <= known, page.name


@pytest.mark.parametrize("command", ["demo", "serve", "import", "sync", "catalog", "connector", "key", "settings"])
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in COMMANDS
    assert f"belvedere {command}" in _text("README.md")


def test_settings_in_docs_exist_and_every_setting_is_documented() -> None:
    known = {f"BELVEDERE_{name.upper()}" for name in Settings.model_fields}
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    mentioned = set(re.findall(r"BELVEDERE_[A-Z_]*[A-Z]", pages)) - {"BELVEDERE_REAL_DATA", "BELVEDERE_PYTHON"}
    by_vendor = re.compile(
        r"BELVEDERE_(OIDC_NAME_(ISSUER|CLIENT_ID|CLIENT_SECRET(_FILE)?|LABEL)|OAUTH(_[A-Z_]+_CLIENT_(ID|SECRET))?|SOURCE(_[A-Z_]+_URL)?|ALLOWED_PRIVATE_NETS)"
    )
    mentioned = {name for name in mentioned if not by_vendor.fullmatch(name)}
    assert mentioned <= known, f"documented but unknown: {mentioned - known}"
    assert known <= set(re.findall(r"BELVEDERE_[A-Z_]*[A-Z]", _text("docs/reference/settings.md")))


def test_every_field_has_its_line_in_the_reference() -> None:
    model = load_model()
    page = _text("docs/reference/datasets.md")
    for name, dataset in model.datasets.items():
        assert f"`{name}`" in page
        for field in (*dataset.dimensions, *dataset.metrics):
            assert f"`{field}`" in page, f"{field} is missing"


def test_reference_pages_are_current() -> None:
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("example", sorted((ROOT / "docs/examples").glob("*.yaml")), ids=_id)
def test_examples_are_linked_and_valid_yaml(example: Path) -> None:
    assert isinstance(yaml.safe_load(example.read_text(encoding="utf-8")), dict)
    assert any(example.name in page.read_text(encoding="utf-8") for page in PAGES)


def test_changelog_has_an_unreleased_heading() -> None:
    assert "## [Unreleased]" in _text("CHANGELOG.md")
