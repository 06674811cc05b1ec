"""The look that a client account's reports have on paper and in mail."""

import base64

from api.brands.repository import Brands, logo_of
from api.dependencies import Selection
from api.reports.theme import Brand
from api.world import World


def brand_of(world: World, selection: Selection) -> Brand:
    """Return the brand of the one client account that is shown, else the workspace's, else our own look."""
    ours = Brand(name=world.settings.product_name)
    client = selection.clients[0].id if len(selection.clients) == 1 else None
    with world.metadata.read() as session:
        found = Brands(session, selection.workspace.id).of(client)
        if found is None:
            return ours
        logo = logo_of(session, found.id, dark=False) if found.has_logo else None
    picture = f"data:image/png;base64,{base64.b64encode(logo).decode()}" if logo else ""
    # Fewer colours than eight are followed by ours.
    series = (*found.series, *ours.series[len(found.series) :])
    return Brand(found.name, picture, found.accent, series, found.footer, found.font, own=True)
