"""Photographs every page of every template on the demo's data, for docs/templates and the console's gallery.

`make pictures` runs it: a server of its own, one browser, about two minutes.
"""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from looker_templates import PICTURES_FOLDER, Report, in_english, load_templates
from tests.browser.serving import CHROMIUM, CHROMIUM_ARGUMENTS, Served, Watched, demo

FOLDER = Path(__file__).parent / "templates"
SIZES = {"desktop": (1360, 900), "phone": (390, 844)}

# The browser itself writes WebP, a sixth of the PNG.
AS_WEBP = """
async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.4).split(",")[1];
}
"""


def photograph(browser: Browser, server: Served) -> set[Path]:
    """Write the pictures of all templates, at both widths, and return their paths."""
    taken: set[Path] = set()
    studio = browser.new_page()
    studio.goto("about:blank")
    for name, (width, height) in SIZES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, is_mobile=width < 620, reduced_motion="reduce"
        )
        reader = Watched(context.new_page())
        for report in load_templates().values():
            for place in report.pages:
                reader.open(f"{server.address}/r/{report.id}?page={place.id}")
                reader.page.evaluate("document.fonts.ready")
                path = FOLDER / f"{report.id}-{place.id}-{name}.webp"
                _write(studio, path, reader.page.screenshot(full_page=True))
                taken.add(path)
        context.close()
    studio.close()
    return taken


def portraits(browser: Browser, server: Served) -> None:
    """Write the small pictures of the gallery: the upper part of each first page, at half its size."""
    PICTURES_FOLDER.mkdir(exist_ok=True)
    context = browser.new_context(
        viewport={"width": 1360, "height": 850}, device_scale_factor=0.5, reduced_motion="reduce"
    )
    reader = Watched(context.new_page())
    for report in load_templates().values():
        reader.open(f"{server.address}/r/{report.id}")
        reader.page.evaluate("document.fonts.ready")
        reader.page.screenshot(path=PICTURES_FOLDER / f"{report.id}.png")
    context.close()


def _write(studio: Page, path: Path, png: bytes) -> None:
    packed = studio.evaluate(AS_WEBP, base64.b64encode(png).decode())
    path.write_bytes(base64.b64decode(packed))


def gallery(reports: list[Report]) -> str:
    """Render the page that shows all pictures."""
    lines = [
        "# The templates",
        "",
        "Each template on the demo's data, page by page, on a desktop and on a phone. `make pictures` takes them anew.",
    ]
    for report in reports:
        lines += ["", f"## {in_english(report.title)}", "", in_english(report.summary)]
        for place in report.pages:
            title = in_english(place.title) if place.title else in_english(report.title)
            name = f"{report.id}-{place.id}"
            lines += [
                "",
                f"### {title}",
                "",
                f'<img src="{name}-desktop.webp" alt="{title}, on a desktop" width="76%">',
                f'<img src="{name}-phone.webp" alt="{title}, on a phone" width="22%">',
            ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    before = set(FOLDER.glob("*.webp"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        for server in demo(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder)):
            taken = photograph(browser, server)
            portraits(browser, server)
        browser.close()
    for old in before - taken:
        old.unlink()
    (FOLDER / "README.md").write_text(gallery(list(load_templates().values())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
