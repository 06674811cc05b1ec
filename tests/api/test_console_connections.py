"""The pages of connections: deletions that are held back are accepted there, and a removal tells what it ended."""

import re
from pathlib import Path

from api.jobs.repository import JobRepository
from api.jobs.work import sync_key
from api.people.connection_owners import owner_addresses, possible_owners
from api.settings import Settings
from api.workspaces.records import ConnectionState
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_workspace
from api.world import open_world
from tests.api.serving import serving
from tests.plain_http import client_of

# Every state: what its page is headed with, why it is so, and what a person can do.
STATES = {
    ConnectionState.NEW: ("New", None, None),
    ConnectionState.SYNCING: ("Syncing", None, None),
    ConnectionState.BACKFILLING: ("Fetching history", "What is new is here, and 43 % of the history.", None),
    ConnectionState.SYNCED: ("Synced", None, None),
    ConnectionState.WAITING: ("Waiting for the vendor", "HubSpot asks for a pause.", "Nothing: it goes on by itself."),
    ConnectionState.NEEDS_SIGN_IN: ("Needs sign-in", "HubSpot has ended the sign-in.", "Link the account again."),
    ConnectionState.LOST_ACCESS: ("Lost access", "The account is gone.", "Ask who has removed it."),
    ConnectionState.MISSING_PERMISSION: ("Missing permission", "Deals may not be read.", "Allow the scope deals."),
    ConnectionState.PAUSED: ("Paused", None, None),
    ConnectionState.FAILED: ("Failed", "HubSpot answered nonsense.", "Look at the runs."),
}


def test_deletions_are_accepted_and_a_connection_is_removed(tmp_path: Path) -> None:
    with open_world(Settings(data_dir=tmp_path / "data", log_level="warning")) as world, serving(world) as address:
        token = world.people.owner_token()
        client = client_of(address, headers={"accept": "text/html", "origin": address})
        form = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}
        assert client.post(f"/console/welcome/{token}", data=form).status_code == 303
        workspace = find_workspace(world.metadata, "main")
        with world.metadata.write() as session:
            repository = Repository(session)
            made = repository.add_connection(workspace.id, {"name": "CRM", "source": "hubspot", "config": {}}).id
            told = "412 of 600 contacts are gone at the source; nothing was deleted."
            repository.set_state(made, ConnectionState.SYNCED, code="deletions_held", reason=told)
        page = client.get(f"/console/connections/{made}").text
        assert told in page
        assert set(STATES) == set(ConnectionState)
        for state, (word, reason, step) in STATES.items():
            with world.metadata.write() as session:
                Repository(session).set_state(made, state, reason=reason, next_step=step)
            one, every = (client.get(f"/console/connections{more}").text for more in (f"/{made}", ""))
            assert re.search(rf"<h1>CRM\s+<span[^>]*>(<[^>]*>)*\s*{word}", one), one
            assert word in every
            assert all(said in one for said in (reason, step) if said)
            assert ('hidden aria-live="polite"' in one) is (state.value not in ("syncing", "backfilling"))
        fields = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page)[0]}
        at = f"/console/connections/{made}"
        # Whoever looks after it is a person of the workspace; once he has left, it is nobody's, and goes on.
        assert "no owner" in every
        with world.metadata.read() as session:
            (ana,) = possible_owners(session, workspace.id)
        assert client.post(f"{at}/change", data={**fields, "owner": ana}).status_code == 303
        assert "ana@example.com" in client.get(at).text.split("<h2>Runs")[0]
        key = create_key(world.metadata, workspace, "admin", admin=True).secret
        script = client_of(address, headers={"authorization": f"Bearer {key}"})
        assert script.get("/v1/connections").json()["connections"][0]["owner"] == "ana@example.com"
        assert client.post(f"{at}/change", data={**fields, "owner": "somebody"}).status_code == 404
        with world.metadata.write() as session:
            assert owner_addresses(session, workspace.id) == {made: "ana@example.com"}
            Repository(session).change_connection(workspace.id, made, {"owner_id": "left"})
            assert owner_addresses(session, workspace.id) == {}
        assert "No owner. Choose one under Settings" in client.get(at).text
        patched = script.patch(f"/v1/connections/{made}", json={"owner": "Ana@example.com"})
        assert patched.json()["owner"] == "ana@example.com"
        script.close()
        assert client.post(f"{at}/sync", data={**fields, "accept_deletions": "yes"}).status_code == 303
        with world.metadata.read() as session:
            job = JobRepository(session).active(sync_key(workspace.slug, made))
        assert job is not None
        assert job.arguments["accept_deletions"] is True
        gone = client.post(f"{at}/remove", data=fields)
        assert "The connection was removed." in client.get(gone.headers["location"]).text
        failed = client.get("/console/connections?removed=hubspot&sign_in=failed").text
        assert "HubSpot did not revoke it" in failed
        assert "removed" not in client.get("/console/connections?removed=<b>&sign_in=failed").text.lower()
        client.close()
