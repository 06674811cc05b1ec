"""Accepted matches change numbers: records of several sources count as one account, and undoing it restores all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors import Context, DeleteSignal, Stream
from schemas import DateRange, Query, Scope, SemanticModel
from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, NOW, RowsSource, Tables, day
from warehouse import (
    AccountLink,
    ClientAccount,
    SyncOptions,
    Warehouse,
    WorkspaceDatabase,
    WorkspaceSettings,
    run_sync,
    take_along,
)

OTHER = ClientAccount("c2", "two", "Two", report_currency="EUR")

COMPANIES: Tables = {
    "account": [
        {"source_id": "h1", "account": "Acme", "segment": "Enterprise", "is_customer": True,
         "acquired_on": day("01-10"), "onboarding_started_on": day("01-12")},
        {"source_id": "h2", "account": "Borg", "segment": "Small", "acquired_on": day("02-01"), "is_customer": True},
    ],
    "deal": [{"source_id": "d1", "account_id": "h1", "created_at": "2025-01-02 09:00:00", "deal_status": "open"}],
}  # fmt: skip
TICKETS: Tables = {
    "account": [
        {"source_id": "z1", "account": "Acme Ltd", "country": "GR"},
        {"source_id": "z2", "account": "Borg Ltd"},
    ],
    "ticket": [
        *({"source_id": f"t{n}", "account_id": "z1", "created_at": f"2025-03-0{n} 10:00:00"} for n in range(1, 5)),
        {"source_id": "t5", "account_id": "z2", "created_at": "2025-03-05 10:00:00"},
        {"source_id": "t7", "created_at": "2025-03-07 10:00:00"},
    ],
    "ticket_event": [{"source_id": "e1", "ticket_id": "t1", "kind": "solved", "occurred_at": "2025-03-02 10:00:00"}],
}
BILLING: Tables = {
    "account": [
        {"source_id": "s1", "account": "billing@acme.example", "plan": "Gold", "is_customer": True,
         "onboarding_started_on": day("01-20")},
        {"source_id": "s3", "account": "Cobb", "plan": "Silver", "is_customer": True},
    ],
    "subscription_item": [
        {"source_id": "i1", "account_id": "s1", "valid_from": day("01-15"), "unit_amount_original": 5_000,
         "billing_interval": "month", "currency_original": "EUR"},
        {"source_id": "i3", "account_id": "s3", "valid_from": day("03-15"), "unit_amount_original": 700,
         "billing_interval": "month", "currency_original": "EUR"},
    ],
    "invoice": [{"source_id": "v1", "account_id": "s1", "issued_on": day("02-01"), "total_original": 5_000}],
    "payment": [{"source_id": "p1", "invoice_id": "v1", "paid_at": "2025-02-03 10:00:00", "amount_original": 5_000}],
}  # fmt: skip
# Another client account whose records have the same ids.
TWO: dict[str, Tables] = {
    "crm": {"account": [{"source_id": "h1", "account": "Acme of two", "acquired_on": day("01-05")}]},
    "desk": {
        "account": [{"source_id": "z1", "account": "Acme Ltd of two"}],
        "ticket": [{"source_id": "t6", "account_id": "z1", "created_at": "2025-03-06 10:00:00"}],
        "ticket_event": [
            {"source_id": "e6", "ticket_id": "t6", "kind": "solved", "occurred_at": "2025-03-07 10:00:00"}
        ],
    },
}
ONE: dict[str, Tables] = {"billing": BILLING, "crm": COMPANIES, "desk": TICKETS}

LOADED = ("account", "deal", "ticket", "ticket_event", "subscription_item", "invoice", "payment")
BUILT = ("subscription", "account_span", "account_cohort_month", "mrr_movement", "health_snapshot",
         "ticket_backlog_day", "account_period", "account_day")  # fmt: skip


def group(*members: tuple[str, str], client: str = "c1") -> list[AccountLink]:
    """Return the links of records that are one account; the first leads."""
    return [
        AccountLink(client, source, account, *members[0], position, "domain", 0.95)
        for position, (source, account) in enumerate(members)
    ]


ACME = group(("crm", "h1"), ("billing", "s1"), ("desk", "z1"))
BORG = group(("crm", "h2"), ("desk", "z2"))


def put(database: WorkspaceDatabase, links: Sequence[AccountLink]) -> bool:
    return database.put_account_links(lambda: links, NOW)


class WholeLists(RowsSource):
    """Rows whose absence means that they are gone."""

    def streams(self, context: Context) -> tuple[Stream, ...]:
        return tuple(replace(one, deletes=DeleteSignal.FULL_DIFF) for one in super().streams(context))


def sync(database: WorkspaceDatabase, folder: Path, name: str, tables: Tables, client: ClientAccount = CLIENT) -> None:
    source = WholeLists(folder, database.model, tables, name)
    report = run_sync(database, source, SyncOptions(f"{name} of {client.slug}", name, (client,), now=NOW))
    assert report.build_problems == ()


def sync_all(database: WorkspaceDatabase, folder: Path, order: Sequence[str]) -> None:
    for client, sources in ((CLIENT, ONE), (OTHER, TWO)):
        for name in order:
            if name in sources:
                sync(database, folder, name, sources[name], client)


def reader(database: WorkspaceDatabase) -> Rows:
    def run(sql: str) -> list[tuple[object, ...]]:
        with database.reading() as cursor:
            return cursor.execute(sql).fetchall()

    return run


def picture(rows: Rows) -> dict[str, set[tuple[object, ...]]]:
    """Return every row that reports see, without what only says when it was loaded."""
    told = {}
    for table in (*LOADED, *BUILT):
        left_out = "synced_at, sync_id" if table in LOADED else ""
        columns = f"* exclude ({left_out})" if left_out else "*"
        told[table] = set(rows(f"select {columns} from normalised.{table}"))
    return told


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory, model: SemanticModel) -> Iterator[Warehouse]:
    """An owned data directory for the whole module."""
    with Warehouse(tmp_path_factory.mktemp("links") / "data", model, threads=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def loaded(owner: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> WorkspaceDatabase:
    """A workspace with three sources of client one and two of client two; tests leave it without links."""
    database = owner.workspace("main", create=True)
    sync_all(database, tmp_path_factory.mktemp("sources"), ("billing", "crm", "desk"))
    return database


def test_numbers_speak_of_one_account_and_go_back(loaded: WorkspaceDatabase) -> None:
    rows = reader(loaded)
    before, version = picture(rows), loaded.data_version()
    active = "select client_account_id, count(distinct account_id) from normalised.account_span group by 1 order by 1"
    tickets = (
        "select client_account_id, account, segment, plan, country, count(*) from normalised.ticket "
        "group by all order by all"
    )
    # Unlinked, Acme is an account of the CRM and another one of the billing.
    assert rows(active) == [("c1", 4), ("c2", 1)]
    assert rows(tickets)[:2] == [("c1", "Acme Ltd", None, None, "GR", 4), ("c1", "Borg Ltd", None, None, None, 1)]

    assert put(loaded, [*ACME, *BORG])
    assert not put(loaded, [*BORG, *ACME]), "the same again moves nothing"
    assert loaded.data_version() > version
    assert rows(active) == [("c1", 3), ("c2", 1)]
    assert rows(tickets) == [
        ("c1", "Acme", "Enterprise", "Gold", "GR", 4),
        ("c1", "Borg", "Small", None, None, 1),
        ("c1", None, None, None, None, 1),
        ("c2", "Acme Ltd of two", None, None, None, 1),
    ]
    # What arrived, joined by hand: revenue of a billing customer beside the name that the CRM has for it.
    raw_mrr = """
        with same(pay, crm) as (values ('s1', 'h1'))
        select coalesce(company.name, customer.name), sum(unit_amount_original::bigint)
        from raw.billing__subscription_item item
        join (select source_id, account as name from raw.billing__account) customer
            on customer.source_id = item.account_id
        left join same on same.pay = item.account_id
        left join (select source_id, account as name from raw.crm__account where _owner = 'crm of one') company
            on company.source_id = same.crm
        group by 1 order by 1"""
    assert rows(raw_mrr) == [("Acme", 5_000), ("Cobb", 700)]
    for table in ("normalised.subscription", "normalised.mrr_movement where month_start = '2025-06-01'"):
        column = "mrr" if "subscription" in table else "mrr_end"
        assert rows(f"select account, sum({column}) from {table} group by 1 order by 1") == rows(raw_mrr)
    # Acme was acquired in January as the CRM says, and its subscription makes the span: one account, one cohort.
    assert rows("select distinct account_id, cohort_month, mrr_first from normalised.account_cohort_month "
                "where client_account_id = 'c1' order by 1") == [
        ("h1", date(2025, 1, 1), 5_000), ("h2", date(2025, 2, 1), None), ("s3", date(2025, 3, 1), 700),
    ]  # fmt: skip
    assert rows("select started_on, acquired_on, plan from normalised.account_span where account_id = 'h1' "
                "and client_account_id = 'c1'") == [(day("01-15"), day("01-10"), "Gold")]  # fmt: skip
    assert rows("select account_id, account from normalised.ticket_event order by source_id") == [
        ("h1", "Acme"), ("z1", "Acme Ltd of two"),
    ]  # fmt: skip
    assert rows("select account_id, account from normalised.payment") == [("h1", "Acme")]
    assert rows("select source_id from normalised.account where is_listed and client_account_id = 'c1' order by 1") == [
        ("h1",), ("h2",), ("s3",),
    ]  # fmt: skip
    assert asked(loaded, "accounts_period", "active_accounts") == {"Acme": 1, "Borg": 1, "Cobb": 1}
    assert asked(loaded, "accounts_period", "onboardings_started")["Acme"] == 1
    assert asked(loaded, "tickets", "tickets_created") == {"Acme": 4, "Borg": 1, None: 1}

    assert put(loaded, ACME)
    assert asked(loaded, "tickets", "tickets_created") == {"Acme": 4, "Borg Ltd": 1, None: 1}
    assert put(loaded, [])
    assert picture(rows) == before


def asked(database: WorkspaceDatabase, dataset: str, metric: str) -> dict[object, object]:
    """Return a metric by account as reports ask for it, for client one and the half-year."""
    query = Query(
        dataset=dataset,
        dimensions=("account",),
        metrics=(metric,),
        scope=Scope(frozenset({"c1"})),
        dates=DateRange(day("01-01"), day("06-15")),
        today=NOW.date(),
        now=NOW.replace(tzinfo=None),
    )
    return {row[0]: row[1] for row in database.fetch_rows(database.compile(query)) if row[1]}


def test_what_comes_after_the_match_is_as_what_came_before(
    loaded: WorkspaceDatabase, owner: Warehouse, tmp_path: Path
) -> None:
    put(loaded, [*ACME, *BORG])
    wanted = picture(reader(loaded))
    later = owner.workspace("later", create=True)
    put(later, [*ACME, *BORG])
    # What the deals and tickets take from the billing is not there yet when they come.
    sync_all(later, tmp_path, ("crm", "desk", "billing"))
    found = picture(reader(later))
    for table in wanted:
        assert found[table] == wanted[table], table
    put(loaded, [])
    put(later, [])
    assert picture(reader(later)) == picture(reader(loaded))


def test_records_of_a_group_come_go_and_change(loaded: WorkspaceDatabase, tmp_path: Path) -> None:
    rows = reader(loaded)
    listed = (
        "select source_id, account_id, account, city from normalised.account "
        "where is_listed and client_account_id = 'c1' order by 1"
    )
    put(loaded, ACME)
    # Another record than the first tells something new: the account has it, and so have its rows.
    companies = COMPANIES["account"]
    told = [{**TICKETS["account"][0], "city": "Patras"}, *TICKETS["account"][1:]]
    sync(loaded, tmp_path, "desk", {"account": told})
    assert rows(listed)[0] == ("h1", "h1", "Acme", "Patras")
    assert rows("select account_id, city from normalised.deal") == [("h1", "Patras")]
    # The CRM forgets the company: the billing's record speaks for the account, which stays one.
    sync(loaded, tmp_path, "crm", {"account": companies[1:]})
    assert ("s1", "h1", "billing@acme.example", "Patras") in rows(listed)
    assert rows("select count(distinct account_id) from normalised.account_span where client_account_id = 'c1'") == [
        (3,)
    ]
    # A client account's clock makes all rows anew; links stay where they are.
    loaded.put_client_accounts([replace(CLIENT, timezone="Europe/Athens"), OTHER])
    assert [row[1] for row in rows(listed)] == ["h2", "h1", "s3", "z2"]
    assert rows("select distinct account_id from normalised.ticket where source_id = 't1'") == [("h1",)]
    sync(loaded, tmp_path, "crm", {"account": companies})
    assert rows(listed)[0] == ("h1", "h1", "Acme", "Patras")
    put(loaded, [])
    assert [row[1] for row in rows(listed)] == ["h1", "h2", "s1", "s3", "z1", "z2"]
    assert rows("select account_id, account, city from normalised.deal") == [("h1", "Acme", None)]
    assert rows("select account_id, account, city, plan from normalised.ticket where source_id = 't1'") == [
        ("z1", "Acme Ltd", "Patras", None)
    ]


def test_a_region_of_any_record_comes_before_the_clients(database: WorkspaceDatabase, tmp_path: Path) -> None:
    client = replace(CLIENT, region="EU")
    database.put_settings(WorkspaceSettings(portfolio_level="account"), [client], ())
    companies = {"account": [{"source_id": "h1", "account": "Acme"}], "deal": COMPANIES["deal"]}
    desk = {"account": [{"source_id": "z1", "region": "North"}], "ticket": TICKETS["ticket"][:1]}
    sync(database, tmp_path, "crm", companies, client)
    sync(database, tmp_path, "desk", desk, client)
    regions = "select region from normalised.deal union all select region from normalised.ticket"
    rows = reader(database)
    assert rows(regions) == [("EU",), ("North",)]
    put(database, ACME)
    assert rows(regions) == [("North",), ("North",)]
    put(database, [])
    assert rows(regions) == [("EU",), ("North",)]


def test_a_connection_given_to_another_client_takes_its_rows_along(database: WorkspaceDatabase, tmp_path: Path) -> None:
    rows = reader(database)
    tables = {"account": TICKETS["account"], "ticket": TICKETS["ticket"][:2]}
    sync(database, tmp_path, "desk", tables)
    counted = "select client_account_id, count(*) from normalised.ticket where is_listed group by 1"
    # Forgotten and linked again: the same rows, whatever the connection is called.
    source = RowsSource(tmp_path, database.model, tables, "desk")
    run_sync(database, source, SyncOptions("linked again", "desk", (CLIENT,), now=NOW))
    assert rows(counted) == [("c1", 2)]
    given = SyncOptions("linked again", "desk", (OTHER,), now=NOW)
    assert take_along(database, source, given)
    assert not take_along(database, source, given)
    run_sync(database, source, given)
    assert rows(counted) == [("c2", 2)]
    assert rows("select distinct client_account_id, account from normalised.ticket") == [("c2", "Acme Ltd")]
