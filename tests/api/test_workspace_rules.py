"""A workspace's own fields and formulas, from its folder to an answer; the commands about them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.asking import ask, body_of, post, refused
from tests.api.serving import Served
from tests.api.test_cli import home, load, run

__all__ = ["home"]

METRICS = """
custom_solved_share:
  label: Solved in percent
  description: Share of tickets that are solved, in percent. Higher is better.
  formula: tickets_solved_cohort / tickets_created
  type: PERCENT
  good: up
  datasets: [tickets]
"""
CHOICE = {"configParams": {"dataset": "tickets"}}
FIELDS = "custom_tier: {label: Tier, description: Tier of the customer., entity: ticket, datasets: [tickets]}\n"


@pytest.fixture
def own(served: Served) -> Iterator[Served]:
    """Give workspace main a formula of its own, and take it away again."""
    warehouse = served.world.warehouse
    folder = warehouse.places.own_folder("main")
    folder.mkdir()
    (folder / "metrics.yaml").write_text(METRICS)
    warehouse.renew_model("main")
    yield served
    (folder / "metrics.yaml").unlink()
    folder.rmdir()
    warehouse.renew_model("main")


def test_a_formula_of_the_workspace_is_listed_and_answered(own: Served) -> None:
    fields = {one["name"]: one for one in post(own, "schema", CHOICE).json()["schema"]}
    assert fields["custom_solved_share"]["formula"] == "SUM($tickets_solved_cohort) / SUM($tickets_created)"
    assert fields["custom_solved_share"]["group"] == "Custom"
    mine = ask(own, body_of("channel", "custom_solved_share")).by_first()
    assert mine == ask(own, body_of("channel", "resolution_rate")).by_first()
    with own.client() as client:
        described = client.get("/v1/catalog/metrics/custom_solved_share").json()
    assert described["label"] == "Solved in percent"


def test_no_other_workspace_sees_it(own: Served) -> None:
    refused(own, body_of("custom_solved_share"), 400, "unknown_field", own.other_key)
    with own.client(own.other_key) as client:
        assert client.get("/v1/catalog/metrics/custom_solved_share").status_code == 404
    listed = post(own, "schema", CHOICE, own.other_key).json()["schema"]
    assert "custom_solved_share" not in {one["name"] for one in listed}


def test_what_is_wrong_changes_nothing(own: Served) -> None:
    """The file is repaired before anything of it is believed."""
    warehouse = own.world.warehouse
    path = warehouse.places.own_folder("main") / "metrics.yaml"
    path.write_text(METRICS.replace("tickets_created", "no_such_metric"))
    with pytest.raises(Exception, match="no_such_metric"):
        warehouse.renew_model("main")
    assert ask(own, body_of("custom_solved_share")).single()


def test_the_commands(home: Path) -> None:
    load()
    status, out, _ = run("rules", "folder")
    folder = Path(out.strip())
    assert (status, folder.name, (folder / "rules").is_dir()) == (0, "main", True)
    (folder / "metrics.yaml").write_text(METRICS)
    (folder / "fields.yaml").write_text(FIELDS)
    (folder / "rules" / "acme.yaml").write_text(
        "client: acme-ltd\nsource: tickets\nentity: ticket\nvalues: {channel: {Email: mail}}\n"
    )
    status, out, _ = run("rules", "apply", "--json")
    answer = json.loads(out)
    assert (status, answer["rules"], answer["changed"], answer["connections"]) == (0, 1, True, {})
    status, out, _ = run("rules", "apply")
    assert "left as it is" in out
    status, out, _ = run("rules", "preview")
    assert "No rule speaks of rows that a connection has brought" in out


def test_a_wrong_rule_is_refused_by_name(home: Path) -> None:
    load()
    folder = Path(run("rules", "folder")[1].strip())
    (folder / "rules" / "bad.yaml").write_text("client: nobody\nsource: x\nentity: ticket\n")
    status, _, errors = run("rules", "apply")
    assert status == 1
    assert "bad.yaml" in errors
    assert "nobody" in errors
