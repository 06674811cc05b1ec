"""Linking accounts by the API: sources, credentials, sign-ins in a browser, pickers, relinking, and who may do it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.oauth.repository import OAuthRepository
from api.workspaces.service import create_key, find_or_create_workspace
from connectors.pace import Ledger
from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET
from tests.api.linking import Answer, Desk, SigningXero, SigningZendesk, desk_at
from tests.api.serving import wait_until
from tests.connectors.fake_vendor import Fault
from tests.connectors.fakes.intercom import FakeIntercom

NORTH, SOUTH = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
OTHER = "11111111-0000-4000-8000-000000000003"
API_TOKEN = {"email": "ada@tideline.example", "token": "first-token"}
ZENDESK = {"source": "zendesk", "client": "acme", "settings": {"subdomain": "tideline"}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as found:
        yield found


@pytest.fixture
def zendesk(monkeypatch: pytest.MonkeyPatch) -> Iterator[SigningZendesk]:
    with SigningZendesk() as fake:
        _register(monkeypatch, "ZENDESK", fake.address)
        yield fake


@pytest.fixture
def xero(monkeypatch: pytest.MonkeyPatch) -> Iterator[SigningXero]:
    with SigningXero({NORTH: "North", SOUTH: "South"}) as fake:
        _register(monkeypatch, "XERO", fake.address)
        yield fake


def _register(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> None:
    monkeypatch.setenv(f"BELVEDERE_SOURCE_{name}_URL", address)
    monkeypatch.setenv(f"BELVEDERE_OAUTH_{name}_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv(f"BELVEDERE_OAUTH_{name}_CLIENT_SECRET", CLIENT_SECRET)


def _listed(desk: Desk) -> list[Answer]:
    found = desk.get("/v1/connections")["connections"]
    assert isinstance(found, list)
    return found


def _grants(desk: Desk) -> int:
    with desk.world.metadata.read() as session:
        return len(OAuthRepository(session).grants(desk.workspace_id))


class TestSources:
    def test_every_source_tells_streams_settings_and_ways_in(self, desk: Desk) -> None:
        sources = desk.get("/v1/sources")["sources"]
        assert isinstance(sources, list)
        found = {one["id"]: one for one in sources}

        zendesk = found["zendesk"]
        assert {one["name"] for one in zendesk["streams"]} >= {"tickets", "users"}
        assert zendesk["settings"]["properties"]["subdomain"]["title"] == "Subdomain"
        ways = {one["kind"]: one for one in zendesk["credentials"]}
        assert set(ways["api_key"]["schema"]["required"]) == {"email", "token"}
        assert ways["oauth2"]["registered"] is False
        assert ways["oauth2"]["register_with"]["redirect_address"] == f"{desk.address}/oauth/callback/zendesk"
        assert "BELVEDERE_OAUTH_ZENDESK_CLIENT_ID" in ways["oauth2"]["register_with"]["settings"]

    def test_the_api_is_documented(self, desk: Desk) -> None:
        with desk.client() as client:
            document = client.get("/openapi.json").json()
        paths = document["paths"]
        for path, method in (
            ("/v1/sources", "get"),
            ("/v1/clients", "post"),
            ("/v1/connections", "post"),
            ("/v1/connections", "get"),
            ("/v1/connections/{connection_id}/sync", "post"),
            ("/v1/runs/{run_id}", "get"),
        ):
            operation = paths[path][method]
            refused = operation["responses"]["403"]["content"]["application/json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/ErrorAnswer"}
            assert operation["description"]
        body = paths["/v1/connections"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(body["properties"]) >= {"source", "client", "settings", "credentials"}


class TestWhoMay:
    ROUTES = (
        ("GET", "/v1/sources"),
        ("GET", "/v1/clients"),
        ("POST", "/v1/clients"),
        ("GET", "/v1/connections"),
        ("POST", "/v1/connections"),
        ("GET", "/v1/connections/x"),
        ("PATCH", "/v1/connections/x"),
        ("DELETE", "/v1/connections/x"),
        ("POST", "/v1/connections/x/sign-in"),
        ("POST", "/v1/connections/x/sync"),
        ("GET", "/v1/connections/x/accounts"),
        ("GET", "/v1/runs/x"),
        ("PUT", "/v1/sources/zendesk/registration"),
    )

    @pytest.mark.parametrize(("method", "path"), ROUTES)
    def test_a_key_that_reads_may_not(self, desk: Desk, method: str, path: str) -> None:
        with desk.client(desk.reading_key) as client:
            answer = client.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")

    def test_another_workspace_sees_nothing(self, desk: Desk) -> None:
        made = desk.post("/v1/connections", {"source": "demo"})
        other = find_or_create_workspace(desk.world.metadata, "other")
        key = create_key(desk.world.metadata, other, "theirs", admin=True).secret
        with desk.client(key) as client:
            assert client.get("/v1/connections").json() == {"connections": []}
            for path in (f"/v1/connections/{made['id']}", f"/v1/runs/{made['run']}"):
                assert client.get(path).status_code == 404
            assert client.post(f"/v1/connections/{made['id']}/sync").status_code == 404
            assert client.delete(f"/v1/connections/{made['id']}").status_code == 404

    def test_a_narrowed_key_cannot_be_made_to_administer(self, desk: Desk) -> None:
        from api.errors import ConflictError

        main = find_or_create_workspace(desk.world.metadata, "main")
        with pytest.raises(ConflictError, match="narrowed"):
            create_key(desk.world.metadata, main, "both", ["acme"], admin=True)


class TestClients:
    def test_a_client_is_added_once(self, desk: Desk) -> None:
        made = desk.post("/v1/clients", {"name": "Initech", "timezone": "Europe/Athens", "report_currency": "usd"})
        assert (made["slug"], made["timezone"], made["report_currency"]) == ("initech", "Europe/Athens", "USD")
        assert "conflict" in str(desk.post("/v1/clients", {"name": "Initech"}, 409))
        assert "invalid_setting" in str(desk.post("/v1/clients", {"name": "Hooli", "timezone": "Mars"}, 400))
        assert "malformed_request" in str(desk.post("/v1/clients", {"nom": "Hooli"}, 422))


class TestCredentials:
    def test_a_key_that_works_links_at_once_and_is_never_shown(self, desk: Desk, zendesk: SigningZendesk) -> None:
        zendesk.credentials = {"access_token": _basic(API_TOKEN)}  # type: ignore[misc]
        made = desk.post("/v1/connections", {**ZENDESK, "credentials": API_TOKEN})

        assert (made["client"], made["state"], made["authorize_url"]) == ("acme", "new", None)
        assert made["account"] == {"id": "tideline", "name": "tideline.zendesk.com", "currency": None, "timezone": None}
        assert made["run"]
        assert "first-token" not in str(desk.get("/v1/connections"))
        stored = Path(desk.world.settings.data_dir / "belvedere.sqlite").read_bytes()
        assert b"first-token" not in stored

    def test_a_wrong_key_leaves_nothing_behind(self, desk: Desk, zendesk: SigningZendesk) -> None:
        wrong = {**ZENDESK, "credentials": {**API_TOKEN, "token": "wrong"}}
        assert "sign_in_failed" in str(desk.post("/v1/connections", wrong, 400))
        assert _listed(desk) == []
        assert _grants(desk) == 0

    def test_settings_and_credentials_are_checked(self, desk: Desk, zendesk: SigningZendesk) -> None:
        address = {**ZENDESK, "settings": {"subdomain": "evil.example/"}, "credentials": API_TOKEN}
        assert "subdomain" in str(desk.post("/v1/connections", address, 422))
        unknown = {**ZENDESK, "credentials": {"password": "x"}}
        assert "email, token" in str(desk.post("/v1/connections", unknown, 422))
        assert zendesk.asked == []

    def test_the_same_account_twice_is_refused(self, desk: Desk, zendesk: SigningZendesk) -> None:
        zendesk.credentials = {"access_token": _basic(API_TOKEN)}  # type: ignore[misc]
        first = desk.post("/v1/connections", {**ZENDESK, "credentials": API_TOKEN})
        again = {**ZENDESK, "client": "globex", "credentials": API_TOKEN}
        refused = desk.post("/v1/connections", again, 409)

        assert "account_taken" in str(refused)
        assert "count all of it twice" in str(refused)
        assert [one["id"] for one in _listed(desk)] == [first["id"]]
        assert _grants(desk) == 1

    def test_accounts_whose_records_could_be_mixed_up_keep_apart(self, desk: Desk, zendesk: SigningZendesk) -> None:
        zendesk.credentials = {"access_token": _basic(API_TOKEN)}  # type: ignore[misc]
        desk.post("/v1/connections", {**ZENDESK, "credentials": API_TOKEN})
        second = {**ZENDESK, "settings": {"subdomain": "tideline-asia"}, "credentials": API_TOKEN}
        refused = desk.post("/v1/connections", second, 409)
        assert "a client account of its own" in str(refused)
        assert len(_listed(desk)) == 1
        made = desk.post("/v1/connections", {**second, "client": "globex"})
        with desk.client(desk.admin_key) as client:
            moved = client.patch(f"/v1/connections/{made['id']}", json={"client": "acme"})
        assert moved.status_code == 409
        assert {one["client"] for one in _listed(desk)} == {"acme", "globex"}

    def test_an_unregistered_sign_in_says_what_to_set(self, desk: Desk) -> None:
        made = desk.post("/v1/connections", ZENDESK)
        with desk.browser() as browser:
            answer = browser.get(desk.local(made["authorize_url"]))
        assert answer.status_code == 400
        assert "BELVEDERE_OAUTH_ZENDESK_CLIENT_ID" in answer.text

    def test_a_registration_is_kept_encrypted(
        self, desk: Desk, zendesk: SigningZendesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("BELVEDERE_OAUTH_ZENDESK_CLIENT_ID")
        with desk.client() as client:
            body = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
            assert client.put("/v1/sources/zendesk/registration", json=body).status_code == 204
        made = desk.post("/v1/connections", ZENDESK)
        with desk.browser() as browser:
            assert browser.get(desk.local(made["authorize_url"])).status_code == 200
        assert CLIENT_SECRET.encode() not in Path(desk.world.settings.data_dir / "belvedere.sqlite").read_bytes()


def _basic(credentials: dict[str, str]) -> str:
    import base64

    return base64.b64encode(f"{credentials['email']}/token:{credentials['token']}".encode()).decode()


class TestSignIn:
    def test_two_clicks_link_and_begin_the_first_sync(self, desk: Desk, zendesk: SigningZendesk) -> None:
        made = desk.post("/v1/connections", ZENDESK)
        assert made["state"] == "needs_sign_in"
        with desk.browser() as browser:
            page = browser.get(desk.local(made["authorize_url"]))
        assert page.status_code == 200
        assert "is connected" in page.text

        (one,) = _listed(desk)
        assert one["id"] == made["id"]
        assert (one["state"], one["reason"]) == ("new", None)
        assert one["account"]["id"] == "tideline"  # type: ignore[index]
        assert one["last_run"]["state"] == "queued"  # type: ignore[index]

    def test_a_state_works_once_and_in_one_browser(self, desk: Desk, zendesk: SigningZendesk) -> None:
        made = desk.post("/v1/connections", ZENDESK)
        with desk.browser() as browser, desk.browser() as stranger:
            browser.follow_redirects = stranger.follow_redirects = False
            to_vendor = browser.get(desk.local(made["authorize_url"])).headers["location"]
            back = browser.get(to_vendor).headers["location"]
            assert stranger.get(back).status_code == 400, "a link that somebody else is made to open"
            assert browser.get(back).status_code == 200
            assert browser.get(back).status_code == 400
            assert browser.get(desk.local(made["authorize_url"])).status_code == 404, "the link was used"
        assert len(zendesk.authority.grants) == 1

    def test_a_refused_consent_is_told_and_may_be_repeated(self, desk: Desk, zendesk: SigningZendesk) -> None:
        made = desk.post("/v1/connections", ZENDESK)
        zendesk.authority.consent = False
        with desk.browser() as browser:
            refused = browser.get(desk.local(made["authorize_url"]))
            assert refused.status_code == 400
            assert "access_denied" in refused.text
            zendesk.authority.consent = True
            assert browser.get(desk.local(made["authorize_url"])).status_code == 200

    def test_a_vendor_that_stumbles_after_the_consent_costs_no_second_one(self, desk: Desk, xero: SigningXero) -> None:
        desk.world.metadata.ledger = Ledger(clock=xero.clock.now)
        xero.names = {NORTH: "North"}
        made = desk.post("/v1/connections", {"source": "xero", "client": "acme"})
        xero.faults.next(Fault.TOO_MANY, path="/connections", seconds=600)
        with desk.browser() as browser:
            assert browser.get(desk.local(made["authorize_url"])).status_code == 503
        (one,) = _listed(desk)
        assert one["next_step"] == "Choose the account."
        xero.clock.slept.append(600)

        desk.post(f"/v1/connections/{made['id']}/accounts", {"accounts": [{"account": NORTH}]}, 200)
        (one,) = _listed(desk)
        assert one["account"]["name"] == "North"  # type: ignore[index]


class TestPicker:
    def test_several_accounts_each_for_a_client(self, desk: Desk, xero: SigningXero) -> None:
        made = desk.post("/v1/connections", {"source": "xero", "client": "acme"})
        with desk.browser() as browser:
            page = browser.get(desk.local(made["authorize_url"]))
        assert "North" in page.text
        assert "South" in page.text
        offered = desk.get(f"/v1/connections/{made['id']}/accounts")["accounts"]
        assert [one["id"] for one in offered] == [NORTH, SOUTH]  # type: ignore[attr-defined]

        wanted = [{"account": NORTH, "client": "acme"}, {"account": SOUTH, "client": "globex"}]
        desk.post(f"/v1/connections/{made['id']}/accounts", {"accounts": wanted}, 200)

        found = {str(one["client"]): one for one in _listed(desk)}
        assert found["acme"]["id"] == made["id"]
        assert found["acme"]["settings"]["account_id"] == NORTH  # type: ignore[index]
        assert found["globex"]["account"]["name"] == "South"  # type: ignore[index]
        assert _grants(desk) == 1
        taken = desk.post(f"/v1/connections/{made['id']}/accounts", {"accounts": [{"account": SOUTH}]}, 409)
        assert "account_taken" in str(taken)
        assert len(_listed(desk)) == 2

    def test_the_person_who_signed_in_chooses_in_the_browser(self, desk: Desk, xero: SigningXero) -> None:
        made = desk.post("/v1/connections", {"source": "xero", "client": "acme"})
        with desk.browser() as browser:
            page = browser.get(desk.local(made["authorize_url"]))
            sign_in = page.text.partition('name="sign_in" value="')[2].partition('"')[0]
            fields = {"sign_in": sign_in, "account": SOUTH}
            foreign = browser.post("/oauth/choose", data=fields, headers={"sec-fetch-site": "cross-site"})
            assert foreign.status_code == 403
            own = {"sec-fetch-site": "same-origin"}
            with desk.browser() as stranger:
                assert stranger.post("/oauth/choose", data=fields, headers=own).status_code == 400
            assert browser.post("/oauth/choose", data=fields, headers=own).status_code == 200
            assert browser.post("/oauth/choose", data=fields, headers=own).status_code == 400, "chosen already"
        (one,) = _listed(desk)
        assert one["account"]["id"] == SOUTH  # type: ignore[index]

    def test_the_settings_may_name_the_account(self, desk: Desk, xero: SigningXero) -> None:
        made = desk.post("/v1/connections", {"source": "xero", "client": "acme", "settings": {"account_id": SOUTH}})
        with desk.browser() as browser:
            assert "is connected" in browser.get(desk.local(made["authorize_url"])).text
        (one,) = _listed(desk)
        assert one["account"]["name"] == "South"  # type: ignore[index]


class TestRelink:
    def _linked(self, desk: Desk, xero: SigningXero) -> Answer:
        made = desk.post("/v1/connections", {"source": "xero", "client": "acme", "settings": {"account_id": NORTH}})
        with desk.browser() as browser:
            browser.get(desk.local(made["authorize_url"]))
        return made

    def test_it_keeps_connection_account_and_runs(self, desk: Desk, xero: SigningXero) -> None:
        made = self._linked(desk, xero)
        before = desk.get(f"/v1/connections/{made['id']}/runs")["runs"]
        assert before
        link = desk.post(f"/v1/connections/{made['id']}/sign-in", {}, 200)
        with desk.browser() as browser:
            assert browser.get(desk.local(link["authorize_url"])).status_code == 200
        (one,) = _listed(desk)
        assert (one["id"], one["state"]) == (made["id"], "new")
        assert desk.get(f"/v1/connections/{made['id']}/runs")["runs"] == before, "the waiting run is joined"
        assert _grants(desk) == 1, "the sign-in before is forgotten"

    def test_another_account_does_not_take_its_place(self, desk: Desk, xero: SigningXero) -> None:
        made = self._linked(desk, xero)
        (before,) = _listed(desk)
        xero.names = {OTHER: "Somebody else's"}
        link = desk.post(f"/v1/connections/{made['id']}/sign-in", {}, 200)
        with desk.browser() as browser:
            refused = browser.get(desk.local(link["authorize_url"]))
        assert refused.status_code == 409
        assert "North" in refused.text
        assert _listed(desk) == [before]
        assert _grants(desk) == 1


class TestFirstSync:
    def test_a_key_links_and_the_records_arrive(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        desk.world.runner.start()
        with FakeIntercom() as fake:
            fake.now = datetime.now(UTC)  # type: ignore[misc]
            monkeypatch.setenv("BELVEDERE_SOURCE_INTERCOM_URL", fake.address)
            asked = {"source": "intercom", "client": "acme", "settings": fake.config, "credentials": fake.credentials}
            made = desk.post("/v1/connections", asked)
            path = f"/v1/runs/{made['run']}"
            wait_until(lambda: desk.get(path)["state"] in {"done", "failed"}, 60)
            done = desk.get(path)
        assert done["error"] is None
        assert done["rows_new"]
        assert done["requests"]
        (one,) = _listed(desk)
        assert one["state"] in {"synced", "backfilling"}


def _two_of_xero(desk: Desk) -> list[str]:
    """Sign in once for two organisations, and return their connections."""
    made = desk.post("/v1/connections", {"source": "xero", "client": "acme"})
    with desk.browser() as browser:
        browser.get(desk.local(made["authorize_url"]))
    chosen = {"accounts": [{"account": NORTH}, {"account": SOUTH}]}
    done = desk.post(f"/v1/connections/{made['id']}/accounts", chosen, 200)["connections"]
    assert isinstance(done, list)
    return [str(one["id"]) for one in done]


class TestLife:
    def test_pausing_renaming_and_removing(self, desk: Desk) -> None:
        made = desk.post("/v1/connections", {"source": "demo", "name": "Practice"})
        with desk.client() as client:
            path = f"/v1/connections/{made['id']}"
            changed = client.patch(path, json={"paused": True, "name": "Trial", "client": "globex"}).json()
            assert (changed["state"], changed["name"], changed["client"]) == ("paused", "Trial", "globex")
            assert client.patch(path, json={"paused": False}).json()["state"] == "new"
            assert client.patch(path, json={"state": "synced"}).status_code == 422
            gone = client.delete(path)
            assert (gone.status_code, gone.json()) == (200, {"removed": made["id"], "sign_in": "none", "message": ""})
            assert client.get(path).status_code == 404

    def test_the_last_connection_takes_its_sign_in_along(self, desk: Desk, xero: SigningXero) -> None:
        both = _two_of_xero(desk)
        with desk.client() as client:
            first = client.delete(f"/v1/connections/{both[0]}").json()
            assert (first["sign_in"], _grants(desk)) == ("in_use", 1)
            assert not xero.authority.grants[0].revoked
            last = client.delete(f"/v1/connections/{both[1]}").json()
        assert (last["sign_in"], last["message"]) == ("revoked", "Its sign-in was revoked at Xero.")
        assert xero.authority.grants[0].revoked
        assert _grants(desk) == 0

    def test_a_vendor_that_does_not_revoke_holds_no_removal_up(self, desk: Desk, xero: SigningXero) -> None:
        both = _two_of_xero(desk)
        xero.faults.next(Fault.DOWN, path="/connect/revocation")
        with desk.client() as client:
            client.delete(f"/v1/connections/{both[0]}")
            gone = client.delete(f"/v1/connections/{both[1]}")
        assert (gone.status_code, gone.json()["sign_in"]) == (200, "failed")
        assert "Xero did not revoke it: do that in the settings" in gone.json()["message"]
        assert (_listed(desk), _grants(desk)) == ([], 0)

    def test_a_sign_in_of_the_same_person_is_spared(self, desk: Desk, xero: SigningXero) -> None:
        _two_of_xero(desk)
        xero.names = {OTHER: "Third"}
        made = desk.post("/v1/connections", {"source": "xero", "client": "globex"})
        with desk.browser() as browser:
            assert browser.get(desk.local(made["authorize_url"])).status_code == 200
        with desk.client() as client:
            assert client.delete(f"/v1/connections/{made['id']}").json()["sign_in"] == "shared"
        assert not any(one.revoked for one in xero.authority.grants)
        assert not [asked for asked in xero.asked if asked.path == "/connect/revocation"]

    def test_a_sync_is_joined_while_it_waits(self, desk: Desk) -> None:
        made = desk.post("/v1/connections", {"source": "demo"})
        first = desk.post(f"/v1/connections/{made['id']}/sync", None, 202)
        second = desk.post(f"/v1/connections/{made['id']}/sync", None, 202)
        assert first == second
        assert first["run"] == made["run"]
        assert desk.get(f"/v1/runs/{first['run']}")["state"] == "queued"

    def test_a_sync_without_a_sign_in_is_refused(self, desk: Desk) -> None:
        made = desk.post("/v1/connections", ZENDESK)
        assert "sign-in" in str(desk.post(f"/v1/connections/{made['id']}/sync", None, 409))
