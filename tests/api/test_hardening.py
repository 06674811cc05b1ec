"""Traps that no other test walks into: patterns of strangers, and secrets in places where logs would keep them."""

import ast
from pathlib import Path

import duckdb
import pytest

import api
import schemas
import warehouse
from tests.api.asking import body_of, condition, refused
from tests.api.serving import Served
from warehouse.duckdb import open_scratch

_OF_RE = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def test_no_pattern_from_outside_reaches_pythons_engine() -> None:
    """Its time grows without bounds; DuckDB's RE2 is linear, so a reader's pattern goes there, as a bound value."""
    folders = [Path(one.__path__[0]) for one in (api, schemas, warehouse)]
    ours = [path for folder in folders for path in folder.rglob("*.py")]
    calls = [(path.name, call) for path in ours for call in _calls_of_re(path)]
    assert len(calls) > 50
    found = {name for name, call in calls if not _is_fixed(call.args[0])}
    assert found == {"finding_words.py"}, "which makes patterns of the sentences that are shipped with it"


def _calls_of_re(path: Path) -> list[ast.Call]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [one for one in calls if isinstance(one.func, ast.Attribute) and _is_of_re(one.func)]


def _is_of_re(called: ast.Attribute) -> bool:
    return isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr in _OF_RE


def _is_fixed(pattern: ast.expr) -> bool:
    """Tell whether a pattern is written in the program, perhaps with constants of it inside."""
    inside = [node for node in ast.walk(pattern) if isinstance(node, ast.Name)]
    return all(one.id.isupper() or one.id in {"re"} for one in inside)


def test_patterns_that_choke_others_take_no_time_and_odd_ones_are_refused(served: Served) -> None:
    with open_scratch() as scratch:
        (choked,) = scratch.execute("select regexp_matches(repeat('a', 30000) || '!', $1)", ["(a+)+$"]).fetchone() or ()
        assert choked is False
        for odd in ("(?=a)", r"(a)\1", "(((a{999}){999}){999})"):
            with pytest.raises(duckdb.InvalidInputException):
                scratch.execute("select regexp_matches('a', $1)", [odd])
    for odd in ("(?=a)", r"(a)\1", "x" * 1_001):
        body = body_of("channel", dimensionsFilters=[[condition("channel", "REGEXP_PARTIAL_MATCH", odd)]])
        refused(served, body, 400, "invalid_pattern" if len(odd) < 100 else "invalid_filter_value")


def test_a_key_works_in_the_header_alone(served: Served) -> None:
    """Addresses and forms are kept by proxies and browsers."""
    with served.stranger() as client:
        for name in ("access_token", "key", "token", "authorization"):
            for given in (served.key, f"Bearer {served.key}"):
                assert client.get("/v1/looker/auth/check", params={name: given}).status_code == 401
                assert client.post("/v1/looker/data", params={name: given}, json=body_of("channel")).status_code == 401
                assert client.get("/v1/looker/auth/check", headers={"cookie": f"{name}={given}"}).status_code == 401
        assert client.get("/v1/looker/auth/check", headers={"authorization": f"Bearer {served.key}"}).status_code == 200
