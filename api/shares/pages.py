"""The pages of a share link that are no report: the password, the sign-in, the link that works no more."""

from starlette.responses import HTMLResponse

from api.brands.records import Brand
from api.brands.routes import shown
from api.console.render import page
from api.errors import NotFoundError
from api.shares.links import GONE
from api.shares.records import Share
from api.world import World
from looker_templates import STATIC_FOLDER


def gone_page(world: World, brand: Brand | None) -> HTMLResponse:
    """Say that a link does not work, in the same words whatever the reason is."""
    return _front(world, brand, "Not available", GONE, status=404)


def password_page(world: World, brand: Brand | None, share: Share, wrong: str = "", status: int = 200) -> HTMLResponse:
    """Ask for the link's password; the page tells nothing about what is behind it."""
    return _front(world, brand, "Enter the password", "", share=share, wrong=wrong, status=status)


def sign_in_page(world: World, token: str) -> HTMLResponse:
    """Send the reader to the sign-in and back."""
    text = "This report is for people who are signed in and belong to its workspace."
    return _front(world, None, "Sign in to read this report", text, after=f"/s/{token}", status=401)


def report_document(brand: Brand | None) -> str:
    """Return the report's page; in a brand's look there is nothing of ours in it from the first moment on."""
    document = STATIC_FOLDER / "index.html"
    if not document.is_file():
        raise NotFoundError("The report page is not built. Build it with: make viewer.")
    text = document.read_text(encoding="utf-8")
    if brand is None:
        return text
    icon = f"/brand/{brand.id}/logo?v={brand.changed}" if brand.has_logo else "data:,"
    own = '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
    return text.replace(own, f'<link rel="icon" href="{icon}">')


def _front(
    world: World,
    brand: Brand | None,
    title: str,
    text: str,
    *,
    share: Share | None = None,
    wrong: str = "",
    after: str = "",
    status: int,
) -> HTMLResponse:
    return page(
        world,
        "share_front.html",
        status=status,
        title=title,
        text=text,
        asks=share is not None,
        wrong=wrong,
        after=after,
        brand=None if brand is None else shown(brand),
    )
