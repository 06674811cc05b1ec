"""Writes the pages of docs/reference, and .env.example, from the code; `--check` only says whether they are current."""

import sys
from pathlib import Path

from api.catalog.pages import dimensions_page, metrics_page
from api.reference import datasets_page, env_example, errors_page, settings_page

FOLDER = Path(__file__).parent / "reference"
PAGES = {
    "datasets.md": datasets_page,
    "dimensions.md": dimensions_page,
    "errors.md": errors_page,
    "metrics.md": metrics_page,
    "settings.md": settings_page,
    "../../.env.example": env_example,
}


def main() -> int:
    """Write or check every page; the exit status is 1 if a checked page is not current."""
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in sys.argv[1:]:
            stale.append(name)
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.stderr.write(f"docs/reference is not current ({', '.join(stale)}). Run: make docs\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
