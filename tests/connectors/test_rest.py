"""The declarative source: the contract over an invented shop, and what a definition may not say."""

from pathlib import Path
from typing import ClassVar

import pytest

from connectors import StopError, find_source
from connectors.rest.definition import read_definition
from connectors.rest.source import RestSource
from tests.connectors.contract import SourceContract
from tests.connectors.fakes.rest import DEFINITION, FakeRest
from tests.connectors.reading import list_streams, loaded, read_all, records_of

ORDERS = """
name: shop
base_url: https://api.shop.example/v1
streams:
  orders:
    path: /orders
    key: id
    map: {entity: deal, columns: {source_id: id, created_at: created_at}}
"""


class TestRest(SourceContract):
    """The contract."""

    source, fake = "rest", FakeRest
    expected: ClassVar = {
        "deal": [
            {
                "source_id": "A0001",
                "source_system": "shop",
                "account_id": "2",
                "owner_id": "Ines Calder",
                "deal_status": "open",
                "amount_original": 301,
                "currency_original": "EUR",
                "created_at": "2025-12-03 06:00:00",
                "closed_at": None,
            },
            {"source_id": "A0003", "deal_status": "won", "amount_original": 903, "account": "Customer 4"},
            {"source_id": "A0005", "deal_status": "lost", "amount_original": 15, "currency_original": "JPY"},
            {"source_id": "A0004", "owner_id": None},
        ],
        "account": [{"source_id": "60", "account": "Customer 60", "domain": "customer60.example", "country": "GR"}],
        "ticket": [
            {
                "source_id": "7",
                "subject": "Where is parcel 7?",
                "ticket_status": "open",
                "created_at": "2025-12-08 12:00:00",
            }
        ],
    }


def test_pages_come_as_they_are_asked_for() -> None:
    with FakeRest() as fake:
        batches = read_all(RestSource(), fake, stream="orders", since=fake.since)
        assert [len(one.records) for one in batches] == [20, 20, 20, 20, 10]
        first = fake.asked[0]
        assert first.query == {"expand": ["customer"], "updated_since": ["2025-12-01T00:00:00Z"], "limit": ["20"]}
        assert fake.asked[1].one("after") == "20"
        assert fake.asked[1].one("expand") == "customer"
        assert first.headers["x-shop-key"] == "Key first-key"
        assert "authorization" not in first.headers


def test_the_cursor_moves_with_the_pages_only_if_they_come_in_order() -> None:
    with FakeRest() as fake:
        ordered = [one.cursor.value for one in read_all(RestSource(), fake, stream="orders", since=fake.since)]
        assert len({str(one) for one in ordered}) == len(ordered)
        unordered = read_all(RestSource(), fake, stream="requests", since=fake.since)
        assert [bool(one.cursor.value) for one in unordered] == [False, False, True]


def test_a_moment_of_the_future_does_not_carry_the_cursor_away() -> None:
    with FakeRest() as fake:
        fake.stores["orders"][0]["updated_at"] = "2031-01-01T00:00:00Z"
        cursor = read_all(RestSource(), fake, stream="orders", since=fake.since)[-1].cursor
        assert str(cursor.value["since"]) < "2026-03-31"
        again = records_of(read_all(RestSource(), fake, stream="orders", cursor=cursor))
        assert {str(one["id"]) for one in again} == {"A0001", "A0090"}


def test_what_is_gone_from_a_whole_list_is_gone(tmp_path: Path) -> None:
    with FakeRest() as fake, loaded(RestSource(), fake, tmp_path) as workspace:
        del fake.stores["customers"][10]
        workspace.load(RestSource(), fake)
        assert workspace.rows("select source_id from normalised.account where is_deleted") == [("11",)]


def test_a_list_that_is_elsewhere_says_so() -> None:
    with FakeRest() as fake:
        config = {"definition": DEFINITION.replace("records: requests", "records: data.requests")}
        with pytest.raises(StopError, match=r"'requests' has no list at 'data\.requests'.*'records' of the definition"):
            read_all(RestSource(), fake, config, stream="requests")


def test_another_host_gets_no_key() -> None:
    with FakeRest() as fake:
        config = {"definition": DEFINITION.replace("https://api.shop.example/v1", "https://other.example/v1")}
        with pytest.raises(StopError, match="at another host, which is not followed"):
            read_all(RestSource(), fake, config, stream="customers")


def test_a_system_is_the_definitions_name_so_that_two_apis_never_mix() -> None:
    with FakeRest() as fake:
        assert {one.system("rest") for one in list_streams(RestSource(), fake)} == {"shop"}


def test_a_definition_that_says_little_is_enough() -> None:
    rule = read_definition(ORDERS).streams["orders"]
    assert (rule.records, rule.since, rule.paging.kind) == ("", None, "none")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("a: [", "not valid YAML"),
        ("just text", "must be a list of settings"),
        (ORDERS.replace("path:", "pth:"), r"streams\.orders\.pth: there is no such setting; did you mean 'path'\?"),
        (ORDERS.replace("https://", "ftp://"), "base_url: String should match pattern"),
        (ORDERS.replace("https://api", "https://user:pw@api"), "base_url"),
        (ORDERS.replace("/orders", "https://evil.example/x"), "path: write the path below 'base_url'"),
        (ORDERS.replace("key: id", "key: id\n    since: {parameter: s}"), "'since' needs 'updated'"),
        (ORDERS.replace("key: id", "key: id\n    paging: {kind: cursor}"), "a cursor needs 'parameter'"),
        (ORDERS.replace("key: id", "key: id\n    paging: {kind: offset}"), "an offset needs 'size'"),
        (ORDERS.replace("{entity", "{key: id, entity"), "'key' belongs to the stream"),
        (ORDERS + "auth: {kind: header, value: '{password}'}", r"only \{key\} and \{user\}"),
        (ORDERS + "auth: {kind: oauth}", r"auth\.kind: Input should be 'none', 'bearer', 'basic' or 'header'"),
    ],
)
def test_what_a_definition_may_not_say(wrong: str, says: str) -> None:
    with pytest.raises(StopError, match=says):
        read_definition(wrong)


def test_the_form_refuses_a_wrong_definition_with_the_reason() -> None:
    source = find_source("rest")
    assert isinstance(source, RestSource)
    with pytest.raises(ValueError, match="did you mean 'path'"):
        source.settings.model_validate({"definition": ORDERS.replace("path:", "pth:")})


def test_the_example_of_the_manual_is_a_definition() -> None:
    manual = (Path(__file__).parent.parent.parent / "docs/declarative-sources.md").read_text(encoding="utf-8")
    example = manual.partition("```yaml\n")[2].partition("```")[0]
    rule = read_definition(example).streams["orders"]
    assert rule.since is not None
    assert rule.map.columns["account_id"].source == "customer.id"
