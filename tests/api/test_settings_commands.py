"""Commands that change what numbers mean: workspace, client, rates."""

import getpass
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from api.people.models import MembershipRow, PersonRow
from api.settings import Settings
from api.workspaces.database import open_metadata
from api.workspaces.service import find_or_create_workspace
from tests.api.serving import MAPPING
from tests.api.test_cli import home, load, run
from tests.warehouse.rate_texts import bank_xml

__all__ = ["home"]

HOURS = "schedules:\n  - {timezone: Europe/Athens, hours: {monday: 09:00-18:00}, holidays: [2026-12-25]}\n"


def stored(home: Path, sql: str) -> list[tuple[object, ...]]:
    """Read the workspace's file once nobody owns it."""
    with duckdb.connect(str(home / "data" / "workspaces" / "main.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def shown() -> dict[str, object]:
    status, out, _ = run("workspace", "show", "--json")
    assert status == 0
    workspace: dict[str, object] = json.loads(out)["workspace"]
    return workspace


def test_every_setting_of_a_workspace(home: Path) -> None:
    load()
    words = (
        "--name", "My agency", "--timezone", "Europe/Athens", "--currency", "usd", "--fiscal-year-start", "7",
        "--week-start", "sunday", "--portfolio-level", "account", "--cac-scope", "ads_fees", "--cac-lag-days", "30",
        "--tickets-per-agent-day", "12.5", "--fx-method", "month_average",
    )  # fmt: skip
    status, out, _ = run("workspace", "set", *words)
    assert status == 0
    assert "month_average" in out
    assert shown() == {
        "slug": "main",
        "name": "My agency",
        "timezone": "Europe/Athens",
        "currency": "USD",
        "fiscal_year_start_month": 7,
        "week_start": "sunday",
        "portfolio_level": "account",
        "cac_scope": "ads_fees",
        "cac_lag_days": 30,
        "tickets_per_agent_day": 12.5,
        "fx_method": "month_average",
        "business_hours": [],
        "personal_team": "shown",
        "personal_guests": "shown",
    }
    assert stored(home, "select base_currency, fiscal_year_start, week_start, fx_method from state.about") == [
        ("USD", 7, 6, "month_average")
    ]
    days = "select week_start::varchar, fiscal_label from normalised.calendar where date_day = '2025-01-01'"
    assert stored(home, days) == [("2024-12-29", "FY2025-M07")]


def test_one_setting_leaves_the_others(home: Path) -> None:
    run("workspace", "set", "--currency", "GBP", "--week-start", "saturday")
    run("workspace", "set", "--cac-lag-days", "7")
    after = shown()
    assert (after["currency"], after["week_start"], after["cac_lag_days"]) == ("GBP", "saturday", 7)
    assert not (home / "data" / "workspaces" / "main.duckdb").exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--timezone", "Athens"), "timezone cannot be set: 'Athens' is not a time zone"),
        (("--currency", "euro"), "'euro' is not a currency"),
        (("--week-start", "mon"), "week_start cannot be set"),
        (("--fiscal-year-start", "13"), "fiscal_year_start_month cannot be set"),
        (("--fx-method", "guess"), "fx_method cannot be set"),
        (("--cac-lag-days", "-1"), "cac_lag_days cannot be set"),
        (("--tickets-per-agent-day", "0"), "tickets_per_agent_day cannot be set"),
    ],
)
def test_a_wrong_setting_changes_nothing(home: Path, words: tuple[str, ...], text: str) -> None:
    run("workspace", "set", "--name", "Before")
    before = shown()
    status, _, errors = run("workspace", "set", "--name", "After", *words)
    assert (status, len(errors.splitlines())) == (1, 1)
    assert text in errors
    assert shown() == before


def test_nothing_named_is_a_usage_error(home: Path) -> None:
    assert run("workspace", "set")[0] == 2
    assert run("client", "set", "acme")[0] == 2


def test_client_accounts(home: Path) -> None:
    load()
    assert stored(home, "select min(created_date)::varchar, max(created_date)::varchar from normalised.ticket") == [
        ("2025-01-01", "2025-01-12")
    ]
    words = ("--timezone", "America/New_York", "--currency", "usd", "--region", "East", "--owner", "Ada")
    status, out, _ = run("client", "set", "acme-ltd", *words)
    assert (status, out.startswith("Changed acme-ltd: timezone = America/New_York")) == (0, True)
    status, out, _ = run("client", "list")
    assert out.splitlines()[1].split() == ["acme-ltd", "Acme", "Ltd", "America/New_York", "USD", "East", "Ada"]
    assert stored(home, "select min(created_date)::varchar, max(created_date)::varchar from normalised.ticket") == [
        ("2024-12-31", "2025-01-12")
    ]
    assert stored(home, "select timezone, report_currency, region from normalised.client_account") == [
        ("America/New_York", "USD", "East")
    ]
    assert run("client", "set", "acme-ltd", "--region", "")[0] == 0
    assert json.loads(run("client", "list", "--json")[1])["clients"][0]["region"] is None


def test_an_unknown_client_account(home: Path) -> None:
    load()
    status, _, errors = run("client", "set", "nobody", "--timezone", "UTC")
    assert status == 1
    assert "There is no client account 'nobody'" in errors


def test_business_hours(home: Path) -> None:
    (home / "hours.yaml").write_text(HOURS)
    status, out, _ = run("workspace", "hours", "hours.yaml")
    assert (status, "everybody (Europe/Athens)" in out) == (0, True)
    load()
    assert stored(home, "select count(*) > 2000, min(closes_at - opens_at) from normalised.business_open")[0][0] is True
    (home / "hours.yaml").write_text("schedules: []\n")
    assert run("workspace", "hours", "hours.yaml")[0] == 0
    assert shown()["business_hours"] == []
    (home / "hours.yaml").write_text(HOURS.replace("09:00", "9h"))
    status, _, errors = run("workspace", "hours", "hours.yaml")
    assert (status, "is not an opening time" in errors) == (1, True)


def test_rates(home: Path) -> None:
    assert "no exchange rates yet" in run("rates", "list", "--workspace", prepared(home))[1]
    (home / "rates.xml").write_text(bank_xml({"2026-11-20": {"USD": "1.0832", "GBP": "0.88"}}))
    status, out, _ = run("rates", "import", "rates.xml")
    assert status == 0
    assert out == (
        "Loaded rates.xml: 2 new rates, 0 changed, 0 refused, 2026-11-20 to 2026-11-20. "
        "0 rows were converted; 0 still have no rate.\n"
    )
    status, out, _ = run("rates", "list")
    assert [line.split()[:4] for line in out.splitlines()[1:]] == [
        ["EUR", "GBP", "ecb", "2026-11-20"],
        ["EUR", "USD", "ecb", "2026-11-20"],
    ]
    (home / "rates.csv").write_text("date,base,currency,rate\n2026-11-21,EUR,USD,1.1\nsoon,EUR,USD,1.1\n")
    status, out, errors = run("rates", "import", "rates.csv", "--provider", "house")
    assert (status, "1 new rates, 0 changed, 1 refused" in out) == (3, True)
    assert "  line 3, date: 'soon' is not a day" in errors
    (home / "rates.csv").write_text("date,base,currency,rate\nsoon,EUR,USD,1.1\n")
    assert run("rates", "import", "rates.csv")[0] == 1
    assert run("rates", "import", "missing.csv")[0] == 1
    # The tickets and three files; looking at rates is no change, and what is missing never became a job.
    assert written_down(home) == [("data_load", "ok")] * 4


def test_what_commands_change_is_in_the_audit_log(home: Path) -> None:
    """Whoever reads the log later finds the machine's user; looking at something writes nothing."""
    assert run("workspace", "set", "--currency", "USD")[0] == 0
    assert run("workspace", "show")[0] == 0
    with closing(open_metadata(Settings().metadata_url)) as metadata:
        workspace = find_or_create_workspace(metadata, None)
        with metadata.write() as session:
            person = PersonRow(email="ana@example.com", name="Ana", password="")
            session.add(person)
            session.flush()
            session.add(MembershipRow(person_id=person.id, workspace_id=workspace.id, role="owner"))
    assert run("person", "reset", "ana@example.com")[0] == 0
    assert run("person", "reset", "nobody@example.com")[0] == 1
    assert run("secrets", "rotate")[0] == 0
    changed = [("settings_change", "ok"), ("account_change", "ok"), ("secrets_change", "ok")]
    assert written_down(home) == changed
    assert run("backup", "kept")[0] == 0
    assert written_down(home) == [*changed, ("backup", "ok")]
    assert run("restore", "kept", "--force")[0] == 0
    assert written_down(home) == [*changed, ("restore", "ok")]  # the backup was over after its own copy was made


def written_down(home: Path) -> list[tuple[str, str]]:
    """Read the lines of commands from the audit log, in their order."""
    with closing(sqlite3.connect(home / "data" / "belvedere.sqlite")) as database:
        query = "select action, result, actor_kind, actor_id from audit_entry where workspace_id is not null"
        lines = database.execute(f"{query} order by sequence").fetchall()
    assert {line[2:] for line in lines} <= {("command", getpass.getuser())}
    return [line[:2] for line in lines]


def prepared(home: Path) -> str:
    (home / "map.yaml").write_text(MAPPING)
    load()
    return "main"
