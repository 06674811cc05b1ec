"""The authorization server of the connector: each way in, and every trap that was seen to bite."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata  # type: ignore[import-untyped]
from sqlalchemy import delete, select, update

from api.errors import NotFoundError
from api.looker_oauth.answering import answer
from api.looker_oauth.consents import revoke_own
from api.looker_oauth.errors import AddressNeededError
from api.looker_oauth.limits import TokenLimits
from api.looker_oauth.models import CodeRow, TokenRow
from api.looker_oauth.registering import (
    connectors_of,
    read_script_id,
    register_connector,
    remove_connector,
    renew_secret,
)
from api.looker_oauth.request import issuer_of
from api.people.models import MembershipRow, PersonRow, WorkspaceSecurityRow
from api.people.passwords import hash_password
from api.settings import Settings
from api.telemetry import redact
from api.workspaces.database import open_metadata
from api.workspaces.models import now
from api.workspaces.service import digest, find_or_create_workspace
from api.world import World, open_world
from tests.api.asking import body_of
from tests.api.looker_sign_in import AUTHORISE, INTROSPECT, PASSWORD, REVOKE, SAME, TOKEN, Browser, Copy, returned
from tests.api.serving import MAPPING, load, serving, write_tickets
from tests.plain_http import client_of

ISSUER = "https://data.example.org"
SCRIPT = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-AbCdEfGhIjKlMnOpQr"


@dataclass(frozen=True)
class Stage:
    """A server, its people, and the copy of the connector that the owner of 'main' has registered."""

    world: World
    copy: Copy
    connector_id: str
    people: dict[str, str]  # ids by name
    workspaces: dict[str, str]  # ids by slug
    browsers: dict[str, Browser]

    def browser(self, name: str = "ana") -> Browser:
        return self.browsers[name]

    def tokens(self, name: str = "ana") -> dict[str, str]:
        return self.browser(name).tokens(self.copy, workspace=self.workspaces["main"])

    def register(self, slug: str, name: str, script: str) -> Copy:
        new = register_connector(self.world.metadata, self.workspaces[slug], self.people[name], script, script)
        return Copy(self.copy.client, new.connector.client_id, new.secret, new.connector.redirect_uri)

    def age(self, token: str, **columns: timedelta) -> None:
        """Put instants of a token into the past; those that it does not have yet stay away."""
        with self.world.metadata.write() as session:
            row = session.scalars(select(TokenRow).where(TokenRow.digest == digest(token))).one()
            for name, by in columns.items():
                if getattr(row, name) is not None:
                    setattr(row, name, now() - by)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("looker-oauth")
    settings = Settings(data_dir=folder / "data", log_level="error", public_url=ISSUER)
    mapping = folder / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    with open_world(settings) as world:
        load(world, "main", "Acme", write_tickets(folder / "acme.csv", 40, 3), mapping)
        found = {slug: find_or_create_workspace(world.metadata, slug).id for slug in ("main", "second", "theirs")}
        hashed = hash_password(PASSWORD)
        roles = {
            "ana": {"main": "owner", "second": "owner"},
            "ben": {"main": "manager"},
            "eve": {"main": "analyst", "theirs": "owner"},
        }
        people = {}
        with world.metadata.write() as session:
            for name, memberships in roles.items():
                row = PersonRow(email=f"{name}@example.com", name=name.title(), password=hashed)
                session.add(row)
                session.flush()
                people[name] = row.id
                for slug, role in memberships.items():
                    session.add(MembershipRow(person_id=row.id, workspace_id=found[slug], role=role))
        new = register_connector(world.metadata, found["main"], people["ana"], "Acme reports", SCRIPT)
        with serving(world) as address, client_of(address) as wire:
            copy = Copy(wire, new.connector.client_id, new.secret, new.connector.redirect_uri)
            browsers = {name: Browser(address, f"{name}@example.com") for name in (*people, "nobody")}
            yield Stage(world, copy, new.connector.id, people, found, browsers)
            for browser in browsers.values():
                browser.client.close()


class TestSigningIn:
    def test_a_person_signs_in_and_the_connector_reads_what_he_may_see(self, stage: Stage) -> None:
        state = "ADE1." + 'x-_%2B+/=~&é"' * 60  # Google's tokens are long, and nobody else's business
        browser, copy = stage.browser("ben"), stage.copy
        back = browser.decide(copy, state=state)
        assert back.headers["location"].startswith(f"https://script.google.com/macros/d/{SCRIPT}/usercallback?")
        got = returned(back)
        assert (got["state"], got["iss"], set(got)) == (state, ISSUER, {"code", "state", "iss"})
        answered = copy.exchange(got["code"])
        tokens = answered.json()
        assert answered.headers["cache-control"] == "no-store"
        assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "reports.read")
        assert (tokens["access_token"][:4], tokens["refresh_token"][:4]) == ("bva_", "bvf_")
        assert len(answered.content) < 400, "the connector keeps it in one property"
        assert copy.check(tokens["access_token"]).json()["workspace"]["slug"] == "main"
        bearer = {"authorization": f"Bearer {tokens['access_token']}"}
        asked = browser.client.post("/v1/looker/data", json=body_of("tickets_created"), headers=bearer)
        assert asked.json()["rows"], asked.text

    def test_the_token_opens_nothing_but_the_connectors_own_addresses(self, stage: Stage) -> None:
        token = stage.tokens()["access_token"]
        for path in ("/v1/session", "/v1/connections", "/v1/templates", "/v1/nothing"):
            assert stage.copy.check(token, path).status_code == 404, path
        assert stage.copy.check(token, "/console/connectors").status_code in {303, 401}

    def test_the_page_names_what_is_asked_and_lets_google_take_over(self, stage: Stage) -> None:
        page = stage.browser("ben").open(f"{AUTHORISE}?{stage.copy.query()}")
        for named in ("Acme reports", SCRIPT, "ben@example.com", "Read the data of reports", "Main"):
            assert named in page.text
        policy = page.headers["content-security-policy"]
        assert "form-action 'self' https://script.google.com" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        # Whoever opened the window waits for it: a page that cuts the tie looks closed to him at once.
        assert page.headers["cross-origin-opener-policy"] == "unsafe-none"
        other = stage.browser("nobody").client.get("/console/connectors", follow_redirects=True)
        assert other.headers["cross-origin-opener-policy"] == "unsafe-none"  # the form to sign in
        assert "form-action 'self'" in other.headers["content-security-policy"]
        assert "script.google.com" not in other.headers["content-security-policy"]

    def test_denying_comes_back_as_the_library_expects(self, stage: Stage) -> None:
        got = returned(stage.browser().decide(stage.copy, "deny"))
        assert (got["error"], got["state"], got["iss"]) == ("access_denied", "s", ISSUER)
        assert "code" not in got

    def test_a_decision_needs_the_form_of_this_session(self, stage: Stage) -> None:
        browser, path = stage.browser("ben"), f"{AUTHORISE}?{stage.copy.query()}"
        page = browser.open(path)
        wrong = browser.client.post(path, data={"decision": "allow", "csrf": "x"}, headers=SAME)
        foreign = browser.send(page, path, decision="allow")
        assert (wrong.status_code, foreign.status_code) == (403, 303)
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert browser.client.post(path, data={"decision": "allow"}, headers=elsewhere).status_code == 403

    def test_what_is_asked_comes_from_the_address_alone(self, stage: Stage) -> None:
        browser, path = stage.browser("ben"), f"{AUTHORISE}?{stage.copy.query()}"
        page = browser.open(path)
        mixed = {
            "redirect_uri": "https://evil.example",
            "client_id": "other",
            "state": "evil",
            "response_type": "token",
        }
        got = browser.send(page, path, decision="allow", **mixed)
        assert got.headers["location"].startswith("https://script.google.com/")
        assert returned(got)["state"] == "s"

    def test_the_workspace_is_chosen_where_there_are_several(self, stage: Stage) -> None:
        browser = stage.browser()
        assert browser.decide(stage.copy).status_code == 422, "ana runs both, so she has to choose"
        tokens = browser.tokens(stage.copy, workspace=stage.workspaces["second"])
        assert stage.copy.check(tokens["access_token"]).json()["workspace"]["slug"] == "second"
        assert browser.decide(stage.copy, workspace=stage.workspaces["theirs"]).status_code == 422

    def test_somebody_elses_connector_cannot_ask_for_our_workspace(self, stage: Stage) -> None:
        trap = stage.register("theirs", "eve", "T" * 30)
        page = stage.browser("ana").open(f"{AUTHORISE}?{trap.query()}")
        assert "no workspace that this connector may read" in page.text
        assert stage.browser("eve").decide(trap, workspace=stage.workspaces["main"]).status_code == 422


class TestWrongRequests:
    @pytest.mark.parametrize(
        "changed",
        [
            {"client_id": "bvi_" + "0" * 24},
            {"client_id": "x\x00y"},
            {"client_id": None},
            {"redirect_uri": "https://script.google.com/macros/d/other/usercallback"},
            {"redirect_uri": "https://evil.example/"},
            {"redirect_uri": 'https://evil.example/"é'},
            {"redirect_uri": None},
        ],
    )
    def test_lead_nowhere_without_a_known_connector_and_its_very_address(
        self, stage: Stage, changed: dict[str, str | None]
    ) -> None:
        for spoilt in (changed, {**changed, "response_type": "token"}):
            page = stage.browser().client.get(f"{AUTHORISE}?{stage.copy.query(**spoilt)}")
            assert (page.status_code, "location" in page.headers) == (400, False), page.text

    @pytest.mark.parametrize("more", ["/", "?x=1", "#x", "%2e", "/../usercallback"])
    def test_addresses_match_to_the_letter(self, stage: Stage, more: str) -> None:
        near = stage.copy.query(redirect_uri=stage.copy.redirect_uri + more)
        assert stage.browser().client.get(f"{AUTHORISE}?{near}").status_code == 400

    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"scope": "everything"}, "invalid_scope"),
            ({"response_type": "token"}, "unsupported_response_type"),
        ],
    )
    def test_go_back_as_an_error(self, stage: Stage, changed: dict[str, str | None], error: str) -> None:
        got = returned(stage.browser().client.get(f"{AUTHORISE}?{stage.copy.query(**changed)}"))
        assert (got["error"], got["state"], got["iss"], "code" in got) == (error, "s", ISSUER, False)

    def test_a_parameter_comes_once(self, stage: Stage) -> None:
        twice = urlencode([*parse_qsl(stage.copy.query()), ("redirect_uri", "https://evil.example")])
        assert stage.browser().client.get(f"{AUTHORISE}?{twice}").status_code == 400


class TestCodes:
    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"code_verifier": "v" * 64}, "invalid_grant"),
            ({"code_verifier": None}, "invalid_request"),
            ({"redirect_uri": "https://evil.example"}, "invalid_grant"),
            ({"redirect_uri": None}, "invalid_grant"),
            ({"client_secret": "bvc_wrong"}, "invalid_client"),
        ],
    )
    def test_are_refused_with_anything_wrong(self, stage: Stage, changed: dict[str, str | None], error: str) -> None:
        code = stage.browser("ben").code(stage.copy)
        refused = stage.copy.exchange(code, changed)
        assert (refused.status_code in {400, 401}, refused.json()["error"]) == (True, error)

    def test_of_another_copy_or_too_late_are_nothing(self, stage: Stage) -> None:
        other = replace(stage.register("main", "ana", "O" * 30), verifier=stage.copy.verifier)
        code = stage.browser("ben").code(stage.copy)
        stolen = other.exchange(code, {"redirect_uri": stage.copy.redirect_uri})
        assert stolen.json()["error"] == "invalid_grant"
        with stage.world.metadata.write() as session:
            late = update(CodeRow).where(CodeRow.digest == digest(code)).values(expires_at=now())
            session.execute(late)
        assert stage.copy.exchange(code).json()["error"] == "invalid_grant"

    def test_one_code_gives_tokens_once_and_its_replay_ends_them(self, stage: Stage) -> None:
        code, together = stage.browser("ben").code(stage.copy), threading.Barrier(5)

        def exchange(_number: int) -> int:
            together.wait()
            answered = stage.copy.exchange(code)
            if answered.status_code == 200:
                tokens.update(answered.json())
            return answered.status_code

        tokens: dict[str, str] = {}
        with ThreadPoolExecutor(5) as pool:
            assert sorted(pool.map(exchange, range(5))) == [200, 400, 400, 400, 400]
        assert stage.copy.check(tokens["access_token"]).status_code == 401
        assert stage.copy.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


class TestTokens:
    @pytest.mark.parametrize("basic", [False, True])
    def test_the_secret_may_travel_either_way_everywhere(self, stage: Stage, *, basic: bool) -> None:
        copy = stage.copy
        tokens = copy.exchange(stage.browser("ben").code(copy), basic=basic).json()
        again = copy.refresh(tokens["refresh_token"], basic=basic)
        assert again.status_code == 200, again.text
        new = again.json()
        told = copy.post(INTROSPECT, {"token": new["access_token"]}, basic=basic).json()
        assert (told["active"], told["client_id"], told["sub"]) == (True, copy.client_id, stage.people["ben"])
        assert (told["iss"], told["aud"], told["workspace"]) == (
            ISSUER,
            f"{ISSUER}/v1/looker",
            stage.workspaces["main"],
        )
        gone = copy.post(REVOKE, {"token": new["refresh_token"], "token_type_hint": "nonsense"}, basic=basic)
        assert gone.status_code == 200
        for token in (tokens["access_token"], new["access_token"], new["refresh_token"]):
            assert copy.post(INTROSPECT, {"token": token}, basic=basic).json() == {"active": False}
        assert copy.check(new["access_token"]).status_code == 401

    def test_a_wrong_secret_opens_nothing(self, stage: Stage) -> None:
        wrong = replace(stage.copy, secret="bvc_wrong")
        tokens = stage.tokens("ben")
        for path in (TOKEN, REVOKE, INTROSPECT):
            for basic in (False, True):
                fields = {
                    "grant_type": "refresh_token",
                    "refresh_token": tokens["refresh_token"],
                    "token": tokens["refresh_token"],
                }
                refused = wrong.post(path, fields, basic=basic)
                assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        assert stage.copy.check(tokens["access_token"]).status_code == 200

    def test_charts_that_refresh_together_all_keep_their_access(self, stage: Stage) -> None:
        first, together = stage.tokens("ben"), threading.Barrier(4)

        def refresh(_number: int) -> dict[str, str]:
            together.wait()
            answered: dict[str, str] = stage.copy.refresh(first["refresh_token"]).json()
            return answered

        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(refresh, range(4)))
        assert len({one["refresh_token"] for one in found}) == 4
        assert all(stage.copy.check(one["access_token"]).status_code == 200 for one in found)
        # The connector keeps one of them; whoever holds another for long has it from somewhere else.
        kept, twin = found[2]["refresh_token"], found[0]["refresh_token"]
        after = stage.copy.refresh(kept).json()
        assert stage.copy.refresh(found[1]["refresh_token"]).status_code == 200, "within the grace"
        stage.age(twin, used_at=timedelta(seconds=31))
        assert stage.copy.refresh(twin).json()["error"] == "invalid_grant"
        assert stage.copy.check(after["access_token"]).status_code == 401

    def test_a_refresh_token_that_comes_after_the_grace_ends_the_family(self, stage: Stage) -> None:
        bystander, first = stage.tokens("ben"), stage.tokens("ben")
        second = stage.copy.refresh(first["refresh_token"]).json()
        stage.age(first["refresh_token"], used_at=timedelta(seconds=29))
        assert stage.copy.refresh(first["refresh_token"]).status_code == 200
        stage.age(first["refresh_token"], used_at=timedelta(seconds=31))
        assert stage.copy.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
        assert stage.copy.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
        ended = stage.copy.check(second["access_token"])
        assert (ended.status_code, ended.json()["error"]["code"]) == (401, "access_ended")
        assert "Sign in again" in ended.json()["error"]["message"]
        assert stage.copy.check(bystander["access_token"]).status_code == 200, "another sign-in is another family"

    def test_time_ends_tokens(self, stage: Stage) -> None:
        tokens = stage.tokens("ben")
        for name in ("access_token", "refresh_token"):
            stage.age(tokens[name], expires_at=timedelta(seconds=1))
        assert stage.copy.check(tokens["access_token"]).status_code == 401
        assert stage.copy.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        unknown, old = (stage.copy.check(one).json()["error"] for one in ("bva_unknown", tokens["access_token"]))
        assert {**unknown, "request_id": ""} == {**old, "request_id": ""}, "nobody learns whether it ever counted"

    def test_each_token_is_good_for_one_thing_and_comes_once(self, stage: Stage) -> None:
        tokens = stage.tokens("ben")
        assert stage.copy.refresh(tokens["access_token"]).json()["error"] == "invalid_grant"
        assert stage.copy.check(tokens["refresh_token"]).status_code == 401
        twice = [("grant_type", "refresh_token"), *(("refresh_token", tokens["refresh_token"]),) * 2]
        twice += [("client_id", stage.copy.client_id), ("client_secret", stage.copy.secret)]
        form = {"content-type": "application/x-www-form-urlencoded"}
        told = stage.copy.client.post(TOKEN, content=urlencode(twice), headers=form)
        assert (told.status_code, told.json()["error"]) == (400, "invalid_request")

    def test_a_token_of_another_copy_does_not_exist(self, stage: Stage) -> None:
        tokens, other = stage.tokens("ben"), stage.register("main", "ben", "N" * 30)
        assert other.post(INTROSPECT, {"token": tokens["access_token"]}).json() == {"active": False}
        assert other.post(REVOKE, {"token": tokens["refresh_token"]}).status_code == 200
        assert other.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        stage.copy.refresh(tokens["refresh_token"])
        stage.age(tokens["refresh_token"], used_at=timedelta(minutes=1))
        assert other.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert stage.copy.check(tokens["access_token"]).status_code == 200, "nobody else can end it"

    def test_nothing_of_them_is_kept_but_digests(self, stage: Stage) -> None:
        code = stage.browser("ben").code(stage.copy)
        tokens = stage.copy.exchange(code).json()
        folder = stage.world.settings.data_dir
        kept = b"".join(path.read_bytes() for path in folder.glob("belvedere.sqlite*"))
        assert digest(code).encode() in kept
        for secret in (code, tokens["access_token"], tokens["refresh_token"], stage.copy.secret):
            assert secret.encode() not in kept
            assert secret not in redact(f"GET /x?y={secret}")


class TestTheTokenEndpoint:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", "application/x-www-form-urlencoded"),
            (b"grant_type=password&username=a&password=b", "application/x-www-form-urlencoded"),
            (b"grant_type=%22%5C%C3%A9", "application/x-www-form-urlencoded"),
            (b"\xff\xfe", "application/x-www-form-urlencoded"),
            (b"&".join(b"a=1" for _ in range(200)), "application/x-www-form-urlencoded"),
            (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
            (b'{"grant_type":"refresh_token"}', "application/json"),
        ],
    )
    def test_answers_json_whatever_comes(self, stage: Stage, content: bytes, kind: str) -> None:
        client = stage.browser("nobody").client
        for headers in ({}, {"authorization": "Basic /w=="}, {"authorization": "Basic AAAA:"}):
            told = client.post(TOKEN, content=content, headers={"content-type": kind, **headers})
            assert told.status_code in {400, 401}, told.text
            assert isinstance(told.json()["error"], str)
            assert told.headers["cache-control"] == "no-store"

    def test_works_behind_a_proxy_that_ends_tls(self, stage: Stage) -> None:
        tokens = stage.tokens("ben")
        fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        assert stage.copy.post(TOKEN, fields, host="data.example.org").status_code == 200

    def test_needs_an_address_that_google_can_send_people_to(self, tmp_path: Path) -> None:
        for address in ("http://10.1.2.3:8000", "https://example.org/below"):
            with pytest.raises(AddressNeededError):
                issuer_of(Settings(public_url=address, data_dir=tmp_path))
        assert issuer_of(Settings(data_dir=tmp_path)) == "http://127.0.0.1:8000"

    def test_has_limits_of_its_own(self, stage: Stage) -> None:
        limits = TokenLimits(rate=1, burst=3)
        assert [limits.wait("a", "1.1.1.1"), limits.wait("a", "2.2.2.2"), limits.wait("b", "1.1.1.1")] == [0, 0, 0]
        assert limits.wait("a", "3.3.3.3") == 0
        assert limits.wait("a", "4.4.4.4") == 1, "the connector asks too often"
        assert [limits.wait("c", "1.1.1.1"), limits.wait("d", "1.1.1.1")] == [0, 1], "the address does"
        with (
            serving(replace(stage.world, connector_limits=TokenLimits(rate=0.01, burst=1))) as address,
            client_of(address) as client,
        ):
            first, second = [client.post(TOKEN, data={"client_id": "x"}) for _ in range(2)]
        assert (first.status_code, second.status_code) == (400, 429)
        assert (int(second.headers["retry-after"]), isinstance(second.json()["error"], str)) == (100, True)

    def test_tokens_outlive_the_server(self, stage: Stage) -> None:
        tokens = stage.tokens("ben")
        again = open_metadata(stage.world.settings.metadata_url)
        body = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        body |= {"client_id": stage.copy.client_id, "client_secret": stage.copy.secret}
        assert answer(again, stage.world.settings, TOKEN, urlencode(body), None).status == 200
        again.close()

    def test_the_metadata_are_sound(self, stage: Stage) -> None:
        told = stage.browser("nobody").client.get("/.well-known/oauth-authorization-server").json()
        AuthorizationServerMetadata(told).validate()
        assert told["issuer"] == ISSUER
        assert told["code_challenge_methods_supported"] == ["S256"]
        assert told["response_types_supported"] == ["code"]
        for name in ("token_endpoint", "revocation_endpoint", "introspection_endpoint"):
            assert urlsplit(told[name]).path.startswith("/v1/looker/"), "all that Google calls lies there"


class TestRegistering:
    def test_script_ids_are_found_in_what_people_paste(self) -> None:
        for pasted in (
            SCRIPT,
            f" https://script.google.com/home/projects/{SCRIPT}/edit ",
            f"https://script.google.com/macros/d/{SCRIPT}/usercallback",
            f"https://script.google.com/u/0/home/projects/{SCRIPT}/edit?x=1",
        ):
            assert read_script_id(pasted) == SCRIPT
        for wrong in ("", "short", "https://evil.example/d/" + SCRIPT, SCRIPT + "/..", f"{SCRIPT}\n{SCRIPT}"):
            with pytest.raises(Exception, match="no script id"):
                read_script_id(wrong)

    def test_a_copy_is_registered_renewed_and_removed_on_its_page(self, stage: Stage) -> None:
        browser, here = stage.browser("ben"), "/console/connectors"
        page = browser.open(here)
        assert browser.send(page, here, name="New", script="nonsense").status_code == 422
        assert browser.send(page, here, name="New", script=SCRIPT).status_code == 422, "registered already"
        made = browser.send(page, here, name="New <b>", script="P" * 30)
        assert "New &lt;b&gt;" in made.text
        secret = made.text.partition("data-secret>")[2].partition("<")[0]
        client_id = made.text.partition("--client-id ")[2].partition("<")[0]
        assert secret not in browser.open(here).text
        copy = Copy(stage.copy.client, client_id, secret, f"https://script.google.com/macros/d/{'P' * 30}/usercallback")
        tokens = browser.tokens(copy)
        assert "ben@example.com" in browser.open(here).text
        mine = _id_of(stage, "main", "New <b>")
        renewed = browser.send(page, f"{here}/{mine}/secret")
        newer = renewed.text.partition("data-secret>")[2].partition("<")[0]
        assert copy.refresh(tokens["refresh_token"]).status_code == 200, "the old secret works for a day"
        assert replace(copy, secret=newer).refresh(tokens["refresh_token"]).status_code == 200
        last = browser.send(page, f"{here}/{mine}/secret", at_once="yes")
        newest = last.text.partition("data-secret>")[2].partition("<")[0]
        assert replace(copy, secret=newer).refresh(tokens["refresh_token"]).json()["error"] == "invalid_client"
        assert browser.send(page, f"{here}/{mine}/remove").status_code == 303
        assert copy.check(tokens["access_token"]).status_code == 401
        assert browser.client.get(f"{AUTHORISE}?{copy.query()}").status_code == 400
        assert replace(copy, secret=newest).post(REVOKE, {"token": "x"}).json()["error"] == "invalid_client"

    def test_only_the_workspace_that_registered_it_manages_it(self, stage: Stage) -> None:
        for act in (
            lambda: renew_secret(stage.world.metadata, stage.workspaces["theirs"], stage.connector_id, at_once=True),
            lambda: remove_connector(stage.world.metadata, stage.workspaces["theirs"], stage.connector_id),
        ):
            with pytest.raises(NotFoundError):
                act()
        eve = stage.browser("eve")
        page = eve.open("/console/connectors?workspace=theirs")
        assert SCRIPT not in page.text
        path = f"/console/connectors/{stage.connector_id}/remove?workspace=theirs"
        assert eve.send(page, path).status_code == 404
        assert eve.open("/console/connectors?workspace=main").status_code == 403, "an analyst makes no ways in"


class TestEnding:
    def test_whoever_runs_the_workspace_and_the_person_himself_can_end_it(self, stage: Stage) -> None:
        tokens, ben, here = stage.tokens("eve"), stage.browser("ben"), "/console/connectors/access"
        page = ben.open("/console/connectors")
        access_id = page.text.partition(f'action="{here}/')[2].partition("/")[0]
        assert "eve@example.com" in page.text
        assert ben.send(page, f"{here}/{access_id}/revoke").status_code == 303
        assert stage.copy.check(tokens["access_token"]).status_code == 401

        tokens, eve = stage.tokens("eve"), stage.browser("eve")
        mine = eve.open("/console/my-access")
        access_id = mine.text.partition('action="/console/my-access/')[2].partition("/")[0]
        with pytest.raises(NotFoundError):
            revoke_own(stage.world.metadata, stage.people["ben"], access_id)
        assert ben.send(page, f"/console/my-access/{access_id}/revoke").status_code == 404
        assert eve.send(mine, f"/console/my-access/{access_id}/revoke").status_code == 303
        assert stage.copy.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"

    def test_who_is_no_longer_in_the_workspace_has_no_access(self, stage: Stage) -> None:
        tokens = stage.tokens("eve")
        seat = (MembershipRow.person_id == stage.people["eve"], MembershipRow.workspace_id == stage.workspaces["main"])
        with stage.world.metadata.write() as session:
            session.execute(delete(MembershipRow).where(*seat))
        assert stage.copy.check(tokens["access_token"]).json()["error"]["code"] == "access_ended"
        with stage.world.metadata.write() as session:
            session.add(MembershipRow(person_id=seat[0].right.value, workspace_id=seat[1].right.value, role="analyst"))
        assert stage.copy.check(tokens["access_token"]).status_code == 200

    def test_who_may_not_enter_without_a_second_factor_is_sent_to_the_sign_in(self, stage: Stage) -> None:
        tokens = stage.tokens("eve")
        with stage.world.metadata.write() as session:
            session.add(WorkspaceSecurityRow(workspace_id=stage.workspaces["main"], second_factor=True))
        try:
            refused = stage.copy.check(tokens["access_token"])
            assert (refused.status_code, refused.json()["error"]["code"]) == (401, "access_ended")
            assert "Sign in again" in refused.json()["error"]["message"]
        finally:
            with stage.world.metadata.write() as session:
                session.execute(delete(WorkspaceSecurityRow))
        assert stage.copy.check(tokens["access_token"]).status_code == 200


def _id_of(stage: Stage, slug: str, name: str) -> str:
    with stage.world.metadata.read() as session:
        return next(one.id for one in connectors_of(session, stage.workspaces[slug]) if one.name == name)
