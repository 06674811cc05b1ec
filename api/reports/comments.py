"""What people wrote about a report, a client account and a period, for paper and mail."""

from api.reports.sheets import Comments
from api.reports.standing import Standing
from api.shares.confining import shows_text
from api.workspaces.records import Caller
from api.world import World
from api.writing.commentary import Commentaries, entries_about


def comments_of(world: World, caller: Caller, standing: Standing) -> Comments:
    """Return the entries of each item, as GET /v1/commentary gives them: Markdown, its author, when, and its facts."""
    state, clients = standing.state, standing.selection.clients
    # What is written about all is not for whoever sees some of them.
    about = clients if state.client is not None or caller.narrowed else None
    with world.metadata.read() as session:
        written = Commentaries(session, caller.workspace.id)
        entries = entries_about(written, about, standing.report.id, (state.start, state.end), standing.locale)
    if (held := caller.share) is not None:
        places = [(one, one.place) for one in entries]
        entries = [one for one, at in places if shows_text(held, at.client_account_id, at.start, at.end)]
    found: dict[str, list[dict[str, object]]] = {}
    for one in entries:
        author = caller.personal.masked(one.author)
        told = {"item": one.place.item, "text": one.text, "author": author, "facts": list(one.facts)}
        found.setdefault(one.place.item, []).append({**told, "written_at": one.written_at.isoformat()})
    return found
