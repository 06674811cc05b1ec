"""POST /v1/looker/config and /schema, GET /v1/looker/auth/check."""

import re

import pytest

from tests.api.asking import post
from tests.api.serving import Served

ELEMENT_KEYS = {"type", "name", "displayName", "helpText", "isDynamic", "options", "text"}


class TestAuthCheck:
    def test_nobody_gets_in_without_a_key(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.get("/v1/looker/auth/check").status_code == 401

    def test_a_working_key_names_its_workspace(self, served: Served) -> None:
        with served.client(served.other_key) as client:
            answer = client.get("/v1/looker/auth/check")
        assert answer.status_code == 200
        assert answer.json() == {"valid": True, "workspace": {"slug": "other", "name": "Other"}, "admin": True}

    def test_a_key_for_some_clients_is_no_administrator(self, served: Served) -> None:
        with served.client(served.acme_key) as client:
            assert client.get("/v1/looker/auth/check").json()["admin"] is False


class TestConfig:
    def test_nobody_gets_in_without_a_key(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.post("/v1/looker/config", json={}).status_code == 401

    @pytest.mark.parametrize("body", [{}, {"languageCode": "it"}, {"configParams": None}])
    def test_first_step_asks_for_the_workspace(self, served: Served, body: object) -> None:
        answer = post(served, "config", body).json()
        (workspace,) = answer["configParams"]
        assert answer["isSteppedConfig"] is True
        assert workspace["type"] == "SELECT_SINGLE"
        assert workspace["isDynamic"] is True
        assert workspace["options"] == [{"label": "Main", "value": "main"}]

    def test_steps_repeat_what_was_there_and_add_one(self, served: Served) -> None:
        first = post(served, "config", {}).json()
        second = post(served, "config", {"configParams": {"workspace": "main"}}).json()
        third = post(served, "config", {"configParams": {"workspace": "main", "client": "acme,globex"}}).json()
        assert second["configParams"][:1] == first["configParams"]
        assert third["configParams"][:2] == second["configParams"]
        names = [one["name"] for one in third["configParams"]]
        assert names[:4] == ["workspace", "client", "dataset", "comparison"]
        assert names[4:] in ([], ["language"])
        assert second["isSteppedConfig"] is True
        assert "dateRangeRequired" not in second
        assert third["isSteppedConfig"] is False
        assert third["dateRangeRequired"] is True

    def test_the_finished_configuration_stays_finished(self, served: Served) -> None:
        params = {"workspace": "main", "client": "all_clients"}
        assert (
            post(served, "config", {"configParams": params}).json()
            == post(served, "config", {"configParams": {**params, "dataset": "tickets"}}).json()
        )

    def test_client_choices_are_those_in_scope(self, served: Served) -> None:
        def options(key: str, workspace: str) -> list[str]:
            answer = post(served, "config", {"configParams": {"workspace": workspace}}, key).json()
            (element,) = [one for one in answer["configParams"] if one["name"] == "client"]
            assert element["type"] == "SELECT_MULTIPLE"
            return [option["value"] for option in element["options"]]

        assert options(served.key, "main") == ["all_clients", "acme", "globex"]
        assert options(served.acme_key, "main") == ["all_clients", "acme"]
        assert options(served.other_key, "other") == ["all_clients", "initech"]

    def test_an_unanswered_step_says_what_to_choose(self, served: Served) -> None:
        for params in ({}, {"workspace": ""}):
            *_, note = post(served, "config", {"configParams": params}).json()["configParams"]
            assert note["type"] == "INFO"
            assert "workspace" in note["text"]
        *_, note = post(served, "config", {"configParams": {"workspace": "main", "client": ""}}).json()["configParams"]
        assert note["type"] == "INFO"
        assert "client" in note["text"]

    def test_elements_follow_the_rules_of_the_protocol(self, served: Served) -> None:
        answer = post(served, "config", {"configParams": {"workspace": "main", "client": "acme"}}).json()
        for element in answer["configParams"]:
            assert set(element) <= ELEMENT_KEYS
            assert " " not in element["name"]
            for option in element.get("options", []):
                assert re.fullmatch(r"[^ ,]+", option["value"])

    def test_what_is_not_visible_is_not_found(self, served: Served) -> None:
        assert post(served, "config", {"configParams": {"workspace": "other"}}).status_code == 404
        params = {"workspace": "main", "client": "globex"}
        assert post(served, "config", {"configParams": params}, served.acme_key).status_code == 404


class TestSchema:
    def test_nobody_gets_in_without_a_key(self, served: Served) -> None:
        with served.stranger() as client:
            assert client.post("/v1/looker/schema", json={}).status_code == 401

    def test_fields_follow_the_rules_of_the_protocol(self, served: Served) -> None:
        fields = post(served, "schema", {"configParams": {"workspace": "main", "dataset": "tickets"}}).json()["schema"]
        names = [field["name"] for field in fields]
        assert len(names) == len(set(names)) > 60
        for field in fields:
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", field["name"])
            assert field["dataType"] in {"STRING", "NUMBER", "BOOLEAN"}
            assert field["semantics"]["conceptType"] in {"DIMENSION", "METRIC"}
            assert field["semantics"]["semanticType"]
            if field["semantics"].get("isReaggregatable") is False:
                assert "defaultAggregationType" not in field
        defaults = [field["semantics"]["conceptType"] for field in fields if field.get("isDefault")]
        assert len(defaults) == len(set(defaults))

    def test_any_language_is_answered(self, served: Served) -> None:
        for code in ("pt_BR", "xx", ""):
            body = {"languageCode": code, "configParams": {"dataset": "tickets"}}
            assert post(served, "schema", body).status_code == 200

    def test_refusals(self, served: Served) -> None:
        assert post(served, "schema", {}).json()["error"]["code"] == "missing_choice"
        assert post(served, "schema", {"configParams": {"dataset": "x"}}).json()["error"]["code"] == "unknown_dataset"
        body = {"configParams": {"workspace": "other", "dataset": "tickets"}}
        assert post(served, "schema", body).status_code == 404
        body = {"configParams": {"client": "globex", "dataset": "tickets"}}
        assert post(served, "schema", body, served.acme_key).status_code == 404
