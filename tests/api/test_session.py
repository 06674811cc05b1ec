"""The viewer's cookie: who gets one, what it may do, and when it stops working."""

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx2
import pytest

from api.workspaces.service import create_key, find_workspace, revoke_key
from tests.api.asking import body_of
from tests.api.serving import Served, serving, wait_until
from tests.plain_http import client_of

COOKIE = "belvedere_session"
SAME = {"sec-fetch-site": "same-origin"}


def sign_in(served: Served, key: str, **headers: str) -> httpx2.Response:
    with served.stranger() as client:
        return client.post("/v1/session", json={"key": key}, headers={**SAME, **headers})


def cookie_of(answer: httpx2.Response) -> str:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE].value


@pytest.fixture(scope="module")
def cookie(served: Served) -> str:
    return cookie_of(sign_in(served, served.key))


def with_cookie(served: Served, cookie: str, method: str, path: str, **headers: str) -> httpx2.Response:
    body = body_of("tickets_created") if path.endswith("/data") else None
    with served.stranger() as client:
        return client.request(method, path, json=body, headers={"cookie": f"{COOKIE}={cookie}", **headers})


class TestSignIn:
    @pytest.mark.parametrize("key", ["bvk_wrong", "x"])
    def test_nobody_gets_in_with_a_wrong_key(self, served: Served, key: str) -> None:
        answer = sign_in(served, key)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers

    def test_a_key_is_exchanged_for_a_cookie_that_scripts_cannot_read(self, served: Served) -> None:
        answer = sign_in(served, served.key)
        assert answer.status_code == 200
        morsel = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
        assert morsel["httponly"]
        assert morsel["samesite"].lower() == "strict"
        assert morsel["path"] == "/"
        assert served.key not in answer.headers["set-cookie"]
        assert answer.json()["workspace"] == {"slug": "main", "name": "Main"}
        assert answer.json()["demo"] is False

    def test_over_tls_the_cookie_is_bound_to_this_very_host(self, served: Served) -> None:
        """The proxy of this machine says how the browser came."""
        tls = {"x-forwarded-proto": "https"}
        answer = sign_in(served, served.key, **tls)
        given = answer.headers["set-cookie"]
        name, _, rest = given.partition("=")
        assert name == f"__Host-{COOKIE}"
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(rest.split("; "))
        assert "domain" not in rest.lower()
        secret = rest.partition(";")[0]
        for named, status in ((name, 200), (COOKIE, 401)):  # a neighbouring host can set the plain name alone
            with served.stranger() as client:
                headers = {"cookie": f"{named}={secret}", **SAME, **tls}
                assert client.get("/v1/session", headers=headers).status_code == status

    def test_another_site_cannot_sign_anybody_in(self, served: Served) -> None:
        assert sign_in(served, served.key, **{"sec-fetch-site": "cross-site"}).status_code == 403

    @pytest.mark.parametrize("body", [{}, {"key": ""}, {"key": 5}, {"key": "x" * 500}])
    def test_a_wrong_shape_is_422(self, served: Served, body: object) -> None:
        with served.stranger() as client:
            assert client.post("/v1/session", json=body, headers=SAME).status_code == 422


class TestWhoAmI:
    def test_nobody_gets_in_without_a_session(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.get("/v1/session").status_code == 401

    def test_names_workspace_and_clients_in_scope(self, served: Served) -> None:
        cookie = cookie_of(sign_in(served, served.acme_key))
        answer = with_cookie(served, cookie, "GET", "/v1/session", **SAME).json()
        assert answer["workspace"] == {"slug": "main", "name": "Main"}
        assert answer["clients"] == [{"slug": "acme", "name": "Acme", "timezone": "UTC", "currency": "EUR"}]

    def test_a_bearer_key_may_ask_too(self, served: Served) -> None:
        with served.client(served.other_key) as client:
            assert client.get("/v1/session").json()["workspace"]["slug"] == "other"


class TestUse:
    def test_reads_data_from_its_own_pages(self, served: Served, cookie: str) -> None:
        answer = with_cookie(served, cookie, "POST", "/v1/looker/data", **SAME)
        assert answer.json()["rows"] == [{"values": [360]}]

    def test_browsers_without_fetch_metadata_name_their_origin(self, served: Served, cookie: str) -> None:
        assert with_cookie(served, cookie, "POST", "/v1/looker/data", origin=served.address).status_code == 200
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
            assert with_cookie(served, cookie, "POST", "/v1/looker/data", origin=origin).status_code == 403
        assert with_cookie(served, cookie, "GET", "/v1/session").status_code == 200

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
    def test_other_pages_cannot_use_it(self, served: Served, cookie: str, site: str) -> None:
        assert with_cookie(served, cookie, "POST", "/v1/looker/data", **{"sec-fetch-site": site}).status_code == 403

    def test_a_change_without_any_origin_is_refused(self, served: Served, cookie: str) -> None:
        assert with_cookie(served, cookie, "POST", "/v1/looker/data").status_code == 403

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
    def test_a_host_name_bent_to_us_is_refused(self, served: Served, cookie: str, host: str) -> None:
        answer = with_cookie(served, cookie, "POST", "/v1/looker/data", host=host, **SAME)
        assert answer.status_code in {400, 401}

    def test_a_cookie_is_no_key_and_a_key_is_no_cookie(self, served: Served, cookie: str) -> None:
        with served.client(cookie) as client:
            assert client.get("/v1/looker/auth/check").status_code == 401
        assert with_cookie(served, served.key, "GET", "/v1/session", **SAME).status_code == 401
        assert with_cookie(served, "bvs_forged", "GET", "/v1/session", **SAME).status_code == 401


class TestEnd:
    def test_nobody_is_refused_to_leave(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.delete("/v1/session", headers=SAME).status_code == 204

    def test_signing_out_ends_it(self, served: Served) -> None:
        cookie = cookie_of(sign_in(served, served.key))
        assert with_cookie(served, cookie, "GET", "/v1/session", **SAME).status_code == 200
        answer = with_cookie(served, cookie, "DELETE", "/v1/session", **SAME)
        assert answer.status_code == 204
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert with_cookie(served, cookie, "GET", "/v1/session", **SAME).status_code == 401

    def test_revoking_the_key_ends_it(self, served: Served) -> None:
        workspace = find_workspace(served.world.metadata, "main")
        key = create_key(served.world.metadata, workspace, "short-lived")
        cookie = cookie_of(sign_in(served, key.secret))
        assert with_cookie(served, cookie, "GET", "/v1/session", **SAME).status_code == 200
        revoke_key(served.world.metadata, workspace, "short-lived")
        # A caller is remembered for a quarter of a second.
        wait_until(lambda: with_cookie(served, cookie, "GET", "/v1/session", **SAME).status_code == 401, 2)
        with served.client(key.secret) as client:
            assert client.get("/v1/looker/auth/check").status_code == 401


class TestPage:
    def test_outside_the_demo_nobody_is_signed_in_by_itself(self, served: Served) -> None:
        with served.stranger() as client:
            answer = client.get("/")
        assert "set-cookie" not in answer.headers

    def test_in_the_demo_this_machine_is_signed_in(self, demo: str) -> None:
        with client_of(demo) as client:
            page = client.get("/")
            assert "text/html" in page.headers["content-type"]
            assert COOKIE in page.headers["set-cookie"]
            answer = client.get("/v1/session", headers=SAME)
            assert answer.json()["demo"] is True
            assert "set-cookie" not in client.get("/").headers

    @pytest.mark.parametrize(
        "headers",
        [{"host": "evil.example"}, {"x-forwarded-for": "127.0.0.1"}, {"via": "1.1 proxy"}, {"forwarded": "for=1.2.3"}],
    )
    def test_in_the_demo_others_are_not(self, demo: str, headers: dict[str, str]) -> None:
        with client_of(demo) as client:
            assert "set-cookie" not in client.get("/", headers=headers).headers


@pytest.fixture(scope="module")
def demo(served: Served) -> Iterator[str]:
    """Serve the same world once more, as the demo does."""
    workspace = find_workspace(served.world.metadata, "main")
    key = create_key(served.world.metadata, workspace, "demo")
    with serving(replace(served.world, demo_key_id=key.id)) as address:
        yield address
