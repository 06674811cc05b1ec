"""Every error class of every room has its own line in the one table, and every refusal has one shape."""

import inspect
from pathlib import Path
from types import ModuleType

import pytest

import api.backups.errors
import api.errors
import api.looker_oauth.errors
import connectors.errors
import looker_templates.errors
import schemas.errors
import warehouse.errors
from api.problems import INTERNAL, PROBLEMS, error_body, problem_of, retry_after
from api.reference import errors_page
from tests.api.serving import Served

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "connectors", "looker_templates", "schemas", "warehouse")
ROOMS = (
    api.errors,
    api.backups.errors,
    api.looker_oauth.errors,
    connectors.errors,
    looker_templates.errors,
    schemas.errors,
    warehouse.errors,
)


def classes(room: ModuleType) -> list[type[Exception]]:
    found = [one for _, one in inspect.getmembers(room, inspect.isclass)]
    return [one for one in found if issubclass(one, Exception) and one.__module__ == room.__name__]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_error_is_in_the_table(room: ModuleType) -> None:
    missing = [one.__name__ for one in classes(room) if one not in PROBLEMS]
    assert not missing


def test_every_room_of_errors_is_looked_at() -> None:
    folders = {Path(str(room.__file__)) for room in ROOMS}
    assert folders == {path for name in PACKAGES for path in (ROOT / name).rglob("errors.py")}


def test_the_table_lists_nothing_else() -> None:
    assert set(PROBLEMS) == {one for room in ROOMS for one in classes(room)}


def test_every_code_is_explained_in_the_reference() -> None:
    page = errors_page()
    for problem in PROBLEMS.values():
        assert f"## {problem.code}\n" in page


def test_a_code_means_one_status() -> None:
    by_code: dict[str, set[int]] = {}
    for problem in PROBLEMS.values():
        by_code.setdefault(problem.code, set()).add(problem.status)
    assert all(len(statuses) == 1 for statuses in by_code.values())


class TestErrorBody:
    def test_unknown_errors_tell_nothing_of_the_inside(self) -> None:
        body = error_body(RuntimeError("the password is rosebud"), "r1")["error"]
        assert isinstance(body, dict)
        assert body["code"] == "internal_error"
        assert "rosebud" not in str(body)
        assert "r1" in str(body["message"])

    def test_catalogue_errors_hide_their_files(self) -> None:
        error = schemas.errors.CatalogError("/srv/secret/entities.yaml: wrong")
        assert "/srv" not in str(error_body(error, "r"))
        assert problem_of(error).status == 500

    def test_query_errors_carry_their_detail(self) -> None:
        error = schemas.errors.UnknownFieldError("chanel", "tickets", ["channel", "city"])
        body = error_body(error, "r")["error"]
        assert isinstance(body, dict)
        assert body["detail"] == {"field": "chanel", "dataset": "tickets", "close": ["channel"]}
        assert set(body) == {"code", "message", "debug", "detail", "docs", "request_id"}

    def test_only_outages_and_limits_say_when_to_come_back(self) -> None:
        assert retry_after(api.errors.RateLimitExceededError("slow", retry_after=3)) == 3
        assert retry_after(warehouse.errors.WorkspaceBusyError("busy", retry_after=7)) == 7
        assert retry_after(warehouse.errors.DiskFullError("full")) == 5
        assert retry_after(api.errors.NotFoundError("no")) is None
        assert problem_of(KeyboardInterrupt()) is INTERNAL


ROUTES = (
    ("GET", "/nothing/here", 404, "not_found"),
    ("GET", "/v1/looker/data", 405, "method_not_allowed"),
    ("DELETE", "/healthz", 405, "method_not_allowed"),
    ("POST", "/v1/looker/config", 401, "not_authenticated"),
    ("POST", "/v1/looker/schema", 401, "not_authenticated"),
    ("POST", "/v1/looker/data", 401, "not_authenticated"),
    ("GET", "/v1/looker/auth/check", 401, "not_authenticated"),
    ("GET", "/v1/session", 401, "not_authenticated"),
    ("GET", "/v1/templates", 401, "not_authenticated"),
    ("GET", "/v1/templates/first-look", 401, "not_authenticated"),
    ("GET", "/static/../../pyproject.toml", 404, "not_found"),
    ("GET", "/static/%2e%2e/%2e%2e/pyproject.toml", 404, "not_found"),
)


@pytest.mark.parametrize(("method", "path", "status", "code"), ROUTES)
def test_one_shape_on_every_route(served: Served, method: str, path: str, status: int, code: str) -> None:
    with served.stranger() as client:
        answer = client.request(method, path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert set(error) == {"code", "message", "debug", "detail", "docs", "request_id"}
    assert error["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"] == "application/json"
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if status == 405:
        assert answer.headers["allow"]


class TestFrame:
    def test_security_headers_are_on_every_answer(self, served: Served) -> None:
        with served.stranger() as client:
            for path in ("/", "/healthz", "/nothing"):
                headers = client.get(path).headers
                assert "script-src 'self';" in headers["content-security-policy"]
                assert "frame-ancestors 'none'" in headers["content-security-policy"]
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["referrer-policy"] == "same-origin"
                assert "access-control-allow-origin" not in headers
                assert "server" not in headers or "uvicorn" in headers["server"]

    def test_a_plain_request_id_is_kept_and_a_crafted_one_is_not(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
            assert client.get("/healthz", headers={"x-request-id": 'a"b{}'}).headers["x-request-id"] != 'a"b{}'

    def test_health_says_ok_and_the_version(self, served: Served) -> None:
        with served.stranger() as client:
            answer = client.get("/healthz").json()
        assert answer["status"] == "ok"
        assert answer["version"]
