"""Queries for BigQuery instead of rows: what is in them, who gets a token, what is said when something is missing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from api.errors import BigQuerySetupError, GoogleRefusedError, GoogleUnreachableError
from api.looker.google_tokens import SCOPE, GoogleTokens
from api.settings import Settings
from tests.api.asking import ALL_DAYS, body_of, condition
from tests.api.serving import Served, serving

ACCOUNT = "reports@acme-data.example.com"


@dataclass
class FakeGoogle:
    """A token endpoint that checks the signature; `status` and `body` take the place of its own answer."""

    key: RSAKey
    address: str = ""
    claims: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    status: int = 0
    body: bytes = b""
    expires_in: int = 3600

    def answer(self, form: dict[str, list[str]]) -> tuple[int, bytes]:
        if form["grant_type"] != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            return 400, b'{"error": "unsupported_grant_type"}'
        try:
            token = jwt.decode(form["assertion"][0], self.key, algorithms=["RS256"])
        except (ValueError, JoseError):
            return 400, b'{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}'
        self.claims.append(dict(token.claims))
        self.headers.append(dict(token.header))
        if self.status:
            return self.status, self.body
        issued = {"access_token": f"ya29.{len(self.claims)}", "expires_in": self.expires_in, "token_type": "Bearer"}
        return 200, json.dumps(issued).encode()


@contextmanager
def _running(google: FakeGoogle) -> Iterator[FakeGoogle]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            status, body = google.answer(form)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    google.address = f"http://127.0.0.1:{server.server_port}/token"
    try:
        yield google
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def pem() -> str:
    """Make the private key of a service account."""
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def google(pem: str) -> Iterator[FakeGoogle]:
    """Give a token endpoint that knows the account's key."""
    with _running(FakeGoogle(RSAKey.import_key(pem))) as running:
        yield running


@pytest.fixture
def key_file(tmp_path: Path, pem: str, google: FakeGoogle) -> Path:
    """Write the key file as the Google console hands it out."""
    path = tmp_path / "account.json"
    account = {"type": "service_account", "client_email": ACCOUNT, "private_key": pem, "private_key_id": "k1"}
    path.write_text(json.dumps({**account, "token_uri": google.address}), encoding="utf-8")
    return path


@contextmanager
def _configured(served: Served, **settings: Any) -> Iterator[Served]:
    """Serve the same data with BigQuery set up."""
    changed = served.settings.model_copy(update=settings)
    world = replace(served.world, settings=changed, google=GoogleTokens(changed.bigquery_credentials))
    with serving(world) as address:
        yield replace(served, address=address, settings=changed, world=world)


@pytest.fixture
def published(served: Served, key_file: Path) -> Iterator[Served]:
    """Give a server that hands queries to BigQuery."""
    with _configured(
        served, bigquery_project="acme-billing", bigquery_dataset="acme-data.reports", bigquery_credentials=key_file
    ) as configured:
        yield configured


def _post(served: Served, body: object, key: str | None = None) -> httpx2.Response:
    with served.client(key) as client:
        return client.post("/v1/looker/query", json=body)


def _query(served: Served, body: object, key: str | None = None) -> dict[str, Any]:
    answer = _post(served, body, key)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    assert sorted(document) == ["authConfig", "dataConfig"]
    assert document["dataConfig"]["type"] == "BIGQUERY"
    config: dict[str, Any] = document["dataConfig"]["bigQueryConnectorConfig"]
    assert sorted(config) == ["billingProjectId", "query", "queryParameters", "useStandardSql"]
    return {**config, "token": document["authConfig"]["accessToken"]}


def _refused(served: Served, body: object, status: int, code: str, key: str | None = None) -> str:
    answer = _post(served, body, key)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["message"])


class TestTheQuery:
    def test_statement_parameters_payer_and_token(self, published: Served) -> None:
        config = _query(published, body_of("date_month", "tickets_created"))
        assert config["billingProjectId"] == "acme-billing"
        assert config["useStandardSql"] is True
        assert config["token"] == "ya29.1"
        assert "FROM `acme-data`.`reports`.`ticket`" in config["query"]
        assert config["query"].startswith("SELECT ")
        assert "AS `date_month`" in config["query"]
        assert [one["name"] for one in config["queryParameters"]] == ["p1", "p2", "p3", "p4"]
        last = config["queryParameters"][-1]
        assert last == {"name": "p4", "parameterType": {"type": "STRING"}, "parameterValue": {"value": "2026-01-01"}}

    def test_the_scope_is_that_of_the_key_and_the_choice(self, published: Served) -> None:
        clients = {client.slug: client.id for client in published.world.callers.by_key(published.key).clients}
        everyone = _query(published, body_of("tickets_created"))
        assert {one["parameterValue"]["value"] for one in everyone["queryParameters"][:2]} == set(clients.values())
        one = _query(published, body_of("tickets_created", client="globex"))
        assert "`client_account_id` IN (@p1)" in one["query"]
        assert one["queryParameters"][0]["parameterValue"]["value"] == clients["globex"]

    def test_filters_are_inside_and_their_fields_are_not_columns(self, published: Served) -> None:
        clause = condition("channel", "EQUALS", "it's `x` \\ @p9", exclude=True)
        body = body_of("tickets_created", {"name": "channel", "forFilterOnly": True}, dimensionsFilters=[[clause]])
        config = _query(published, body)
        assert "NOT coalesce(`channel` = @p5, false)" in config["query"]
        assert "AS `channel`" not in config["query"]
        assert config["queryParameters"][4]["parameterValue"]["value"] == "it's `x` \\ @p9"

    def test_columns_have_the_order_of_the_request(self, published: Served) -> None:
        query = _query(published, body_of("tickets_created", "channel"))["query"]
        assert query.index("AS `tickets_created`") < query.index("AS `channel`")

    def test_a_sample_is_answered_with_constants(self, published: Served, google: FakeGoogle) -> None:
        answer = _post(published, body_of("channel", scriptParams={"sampleExtraction": True}))
        assert list(answer.json()) == ["schema", "rows", "filtersApplied"]
        assert google.claims == []

    def test_nothing_is_kept_by_anyone_in_between(self, published: Served) -> None:
        assert _post(published, body_of("tickets_created")).headers["cache-control"] == "private, no-store"


class TestRefusals:
    def test_a_filter_that_cannot_be_applied(self, published: Served) -> None:
        """Rows may leave it to Looker Studio; a query configuration cannot say so."""
        body = body_of("tickets_created", "channel", dimensionsFilters=[[condition("channel", "SOUNDS_LIKE", "mail")]])
        _refused(published, body, 400, "unsupported_filter")

    def test_a_pattern_that_is_not_re2(self, published: Served) -> None:
        clause = condition("channel", "REGEXP_PARTIAL_MATCH", "(?=x)")
        assert "(?=x)" in _refused(
            published, body_of("tickets_created", dimensionsFilters=[[clause]]), 400, "invalid_pattern"
        )

    def test_an_unknown_field(self, published: Served) -> None:
        _refused(published, body_of("tickets_creatd"), 400, "unknown_field")

    def test_a_key_of_some_client_accounts_gets_no_token(self, published: Served, google: FakeGoogle) -> None:
        text = _refused(published, body_of("tickets_created"), 403, "not_allowed", published.acme_key)
        assert "limited to some client accounts" in text
        assert google.claims == []

    def test_another_workspace(self, published: Served, google: FakeGoogle) -> None:
        text = _refused(published, body_of("tickets_created"), 400, "bigquery_setup", published.other_key)
        assert "BELVEDERE_BIGQUERY_WORKSPACE" in text
        assert google.claims == []

    def test_without_a_key(self, published: Served) -> None:
        with published.stranger() as client:
            assert client.post("/v1/looker/query", json=body_of("tickets_created")).status_code == 401

    def test_bigquery_is_not_set_up(self, served: Served) -> None:
        text = _refused(served, body_of("tickets_created"), 400, "bigquery_setup")
        assert "BELVEDERE_BIGQUERY_PROJECT" in text

    def test_no_credentials(self, served: Served) -> None:
        with _configured(served, bigquery_project="acme-billing") as configured:
            text = _refused(configured, body_of("tickets_created"), 400, "bigquery_setup")
        assert "BELVEDERE_BIGQUERY_CREDENTIALS" in text

    def test_google_says_no(self, published: Served, google: FakeGoogle) -> None:
        google.status, google.body = 400, b'{"error": "invalid_grant", "error_description": "secret words"}'
        text = _refused(published, body_of("tickets_created"), 502, "google_refused")
        assert "invalid_grant" in text
        assert "secret words" not in text

    def test_google_is_ill(self, published: Served, google: FakeGoogle) -> None:
        google.status, google.body = 503, b"<html>"
        answer = _post(published, body_of("tickets_created"))
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "google_unreachable")
        assert "retry-after" in answer.headers


class TestTokens:
    def test_the_statement_is_signed_and_asks_for_reading_alone(self, key_file: Path, google: FakeGoogle) -> None:
        assert GoogleTokens(key_file).current() == "ya29.1"
        [claims], [header] = google.claims, google.headers
        assert (claims["iss"], claims["aud"], claims["scope"]) == (ACCOUNT, google.address, SCOPE)
        assert claims["exp"] - claims["iat"] == 3600
        assert (header["alg"], header["kid"]) == ("RS256", "k1")

    def test_a_token_is_used_until_ten_minutes_before_its_end(self, key_file: Path, google: FakeGoogle) -> None:
        now = [1_000_000.0]
        tokens = GoogleTokens(key_file, clock=lambda: now[0])
        assert tokens.current() == "ya29.1"
        now[0] += 2_999
        assert tokens.current() == "ya29.1"
        now[0] += 1
        assert tokens.current() == "ya29.2"

    def test_many_at_once_fetch_one(self, key_file: Path, google: FakeGoogle) -> None:
        tokens = GoogleTokens(key_file)
        threads = [threading.Thread(target=tokens.current) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(google.claims) == 1

    def test_a_wrong_signature_is_refused(self, key_file: Path, google: FakeGoogle) -> None:
        google.key = RSAKey.generate_key(2048)
        with pytest.raises(GoogleRefusedError, match=r"400: invalid_grant"):
            GoogleTokens(key_file).current()

    def test_nobody_answers(self, key_file: Path) -> None:
        account = json.loads(key_file.read_text())
        key_file.write_text(json.dumps({**account, "token_uri": "http://127.0.0.1:9/token"}))
        with pytest.raises(GoogleUnreachableError, match="does not answer"):
            GoogleTokens(key_file).current()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"client_email": None}, "client_email"),
            ({"private_key": "short"}, "private_key"),
            ({"private_key": "-----BEGIN PRIVATE KEY-----\n" + "x" * 200}, "private key"),
            ({"token_uri": "http://tokens.example.com/"}, "https://"),
        ],
    )
    def test_a_key_file_that_is_wrong(self, key_file: Path, change: dict[str, Any], words: str) -> None:
        account = {**json.loads(key_file.read_text()), **change}
        key_file.write_text(json.dumps(account))
        with pytest.raises(BigQuerySetupError, match=words) as caught:
            GoogleTokens(key_file).current()
        assert "x" * 20 not in str(caught.value)

    def test_a_key_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(BigQuerySetupError, match="cannot be read"):
            GoogleTokens(tmp_path / "missing.json").current()
        (tmp_path / "text.json").write_text("not json")
        with pytest.raises(BigQuerySetupError, match="not the key file"):
            GoogleTokens(tmp_path / "text.json").current()


@pytest.mark.parametrize(
    "given",
    [
        {"bigquery_project": "acme`; drop"},
        {"bigquery_project": "Acme"},
        {"bigquery_dataset": "a.b.c"},
        {"bigquery_dataset": "re`ports"},
        {"bigquery_dataset": ""},
    ],
)
def test_names_that_could_not_be_quoted_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Settings.model_validate(given)


def test_days_of_the_request_reach_the_query(published: Served) -> None:
    values = [
        one["parameterValue"]["value"] for one in _query(published, body_of("tickets_created"))["queryParameters"]
    ]
    assert values[-2:] == [ALL_DAYS["startDate"], "2026-01-01"]
