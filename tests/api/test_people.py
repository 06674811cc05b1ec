"""Becoming the owner, signing in and out, and everything that must be refused on the way."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import update

from api.errors import NotSignedInError, RateLimitExceededError
from api.people.models import PersonSessionRow
from api.people.passwords import hash_password, is_password
from api.people.service import People
from api.settings import Settings
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.models import now
from api.world import open_world
from tests.api.serving import serving
from tests.plain_http import client_of

EMAIL, PASSWORD = "ana@example.com", "a sentence that is long enough"


@pytest.fixture
def metadata(tmp_path: Path) -> Iterator[MetadataDatabase]:
    database = open_metadata(f"sqlite:///{tmp_path / 'belvedere.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def people(metadata: MetadataDatabase) -> People:
    return People(metadata)


def owner(people: People) -> str:
    """Make the owner and return the session's secret."""
    token = people.owner_token()
    assert token is not None
    return people.make_owner(token, EMAIL, "Ana", PASSWORD).secret


class TestPasswords:
    def test_are_argon2id_and_salted(self) -> None:
        first, second = hash_password(PASSWORD), hash_password(PASSWORD)
        assert first.startswith("$argon2id$")
        assert first != second
        assert is_password(first, PASSWORD)
        assert not is_password(first, PASSWORD + "!")

    def test_nobody_has_no_password(self) -> None:
        assert not is_password(None, "nobody has this password")


class TestPeople:
    def test_the_first_link_makes_the_owner_once(self, people: People) -> None:
        old = people.owner_token()
        secret = owner(people)
        assert [one.slug for one in people.visitor(secret).workspaces] == ["main"]
        assert people.owner_token() is None
        with pytest.raises(Exception, match="does not work any more"):
            people.make_owner(str(old), "eve@example.com", "Eve", PASSWORD)

    def test_signing_in_says_not_which_was_wrong(self, people: People) -> None:
        owner(people)
        for email, password in ((EMAIL, "wrong but quite long"), ("eve@example.com", PASSWORD)):
            with pytest.raises(Exception, match=r"^The e-mail address or the password is wrong\.$"):
                people.sign_in(email, password, "10.0.0.1")
        again = people.sign_in(" Ana@Example.com ", PASSWORD, "10.0.0.1")
        assert people.visitor(again.secret).person.email == EMAIL

    def test_tries_are_counted_by_address_and_by_person(self, people: People) -> None:
        owner(people)
        for number in range(10):
            with pytest.raises(Exception, match="is wrong"):
                people.sign_in(f"x{number}@example.com", "nope", "10.0.0.9")
        with pytest.raises(RateLimitExceededError):
            people.sign_in(EMAIL, PASSWORD, "10.0.0.9")
        assert people.sign_in(EMAIL, PASSWORD, "10.0.0.10").person.email == EMAIL

    @pytest.mark.parametrize("values", [{"expires_at": timedelta(0)}, {"seen_at": timedelta(hours=-25)}])
    def test_sessions_end(self, people: People, metadata: MetadataDatabase, values: dict[str, timedelta]) -> None:
        secret = owner(people)
        with metadata.write() as session:
            session.execute(update(PersonSessionRow).values({name: now() + by for name, by in values.items()}))
        with pytest.raises(NotSignedInError):
            people.visitor(secret)

    def test_signing_out_ends_the_session(self, people: People) -> None:
        secret = owner(people)
        people.sign_out(secret)
        with pytest.raises(NotSignedInError):
            people.visitor(secret)


class TestPages:
    @pytest.fixture
    def address(self, tmp_path: Path) -> Iterator[str]:
        with open_world(Settings(data_dir=tmp_path / "data", log_level="warning")) as world:
            token = world.people.owner_token()
            with serving(world) as address:
                yield f"{address} {token}"

    @pytest.fixture
    def browser(self, address: str) -> Iterator[httpx2.Client]:
        base, token = address.split()
        headers = {"accept": "text/html", "origin": base}
        with client_of(base, headers=headers) as client:
            page = client.get(f"/console/welcome/{token}")
            assert page.status_code == 200
            form = {"email": EMAIL, "name": "Ana", "password": PASSWORD}
            done = client.post(f"/console/welcome/{token}", data=form)
            assert (done.status_code, done.headers["location"]) == (303, "/console")
            cookie = done.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            yield client

    def test_the_owner_sees_the_console_and_reports(self, browser: httpx2.Client) -> None:
        assert "No account is linked yet" in browser.get("/console/connections").text
        assert browser.get("/v1/session").json()["workspace"]["slug"] == "main"

    def test_without_a_session_one_is_sent_to_sign_in_and_back(self, address: str) -> None:
        base, token = address.split()
        with client_of(base, headers={"accept": "text/html"}) as client:
            sent = client.get("/console/clients")
            assert (sent.status_code, sent.headers["location"]) == (303, "/console/sign-in?next=/console/clients")
            assert client.get("/console/sign-in?next=//evil.example/").text.count("evil.example") == 0
            assert client.get(f"/console/welcome/{token}x").status_code == 404

    def test_a_form_of_another_session_or_site_is_refused(self, browser: httpx2.Client) -> None:
        refused = browser.post("/console/clients", data={"csrf": "guessed", "name": "X"})
        assert refused.status_code == 403
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/console/clients").text)[0]
        elsewhere = browser.post(
            "/console/clients", data={"csrf": csrf, "name": "X"}, headers={"origin": "https://evil.example"}
        )
        assert elsewhere.status_code == 403
        made = browser.post(
            "/console/clients", data={"csrf": csrf, "name": "Lantern & Sons", "timezone": "Europe/Athens"}
        )
        assert made.status_code == 303
        assert "Lantern &amp; Sons" in browser.get("/console/clients").text
        wrong = browser.post("/console/clients", data={"csrf": csrf, "name": "Y", "timezone": "Mars/Base"})
        assert (wrong.status_code, "Mars/Base" in wrong.text) == (422, True)

    def test_the_cookie_is_no_key_for_the_admin_api(self, browser: httpx2.Client) -> None:
        assert browser.get("/v1/connections", headers={"accept": "application/json"}).status_code == 403

    def test_pages_have_the_strict_policy_and_no_inline_script(self, browser: httpx2.Client) -> None:
        page = browser.get("/console/link")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "<script>" not in page.text
        assert " onclick=" not in page.text
        assert page.headers["cache-control"] == "private, no-store"

    def test_signing_out(self, browser: httpx2.Client) -> None:
        csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/console/clients").text)[0]
        assert browser.post("/console/sign-out", data={"csrf": csrf}).status_code == 303
        assert browser.get("/console/clients").status_code == 303
