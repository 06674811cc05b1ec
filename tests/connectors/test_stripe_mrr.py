"""Recurring revenue from Stripe's subscriptions, down to the built entities, against figures worked out by hand."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from connectors.stripe import StripeSource
from tests.connectors.fake_vendor import Record
from tests.connectors.fakes import stripe_records as made
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.reading import Loaded, loaded

DAY = "2025-12-10T09:00:00"
INVOICE, CHARGE = "in_yen_2026-01", "ch_yen_2026-01"  # 12.80 in shillings, which have no cents
# In cents a month. Yearly 1,200.00 x 3; weekly 12.00; 50.00 less 20 %; 8 seats; 1,000 x half a cent; 30.00 and 10.00
# that share 4.00 off each bill; three packs of five at 7.00 for 11 seats.
MONTHLY = {
    "cus_yearly": 30_000,
    "cus_weekly": 5200,
    "cus_coupon": 4000,
    "cus_upgrade": 8000,
    "cus_cents": 500,
    "cus_shared": 3600,
    "cus_packs": 2100,
    "cus_gone": 0,
    "cus_trial": 0,
    "cus_meter": 0,
    "cus_both": 6700,
    "cus_once": 1000,
    "cus_short": 1000,
    "cus_own": 800,
    "cus_quarter": 3000,
    "cus_late": 1000,
    "cus_held": 3600,
}


def more() -> list[Record]:
    """Return subscriptions with discounts of every kind, and one that is billed each quarter."""
    team, ten = made.price("team", 1000), made.price("ten", 10_000)
    quarter = made.price("quarter", 9000, recurring={"interval_count": 3})
    tenth, fixed = made.discount("tenth", percent_off=10), made.discount("fixed", amount_off=500, currency="eur")
    fifth = made.discount("own", amount_off=200, currency="eur")
    once = made.discount("once", percent_off=50, duration="once")
    over = made.discount("over", made.second("2026-02-01"), percent_off=50, duration="repeating")
    # 100.00 less 10 %, less 20 % of what is left, less 5.00: 67.00.
    return [
        made.subscription(
            "both", DAY, made.item("both", DAY, ten), discounts=[tenth, made.discount("again", percent_off=20), fixed]
        ),
        made.subscription("once", DAY, made.item("once", DAY, team), discounts=[once]),
        made.subscription("short", DAY, made.item("short", DAY, team), discounts=[over]),
        made.subscription("own", DAY, made.item("own", DAY, team, discounts=[fifth])),
        made.subscription("quarter", DAY, made.item("quarter", DAY, quarter)),
        made.subscription("late", DAY, made.item("late", DAY, team)),
        made.subscription("held", DAY, made.item("held", DAY, team), discounts=[made.discount("hold", percent_off=10)]),
        made.subscription("krona", DAY, made.item("krona", DAY, made.price("krona", 500_000, currency="isk"))),
        made.subscription("ariary", DAY, made.item("ariary", DAY, made.price("ariary", 70, currency="mga"))),
    ]


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeStripe, Loaded]]:
    """A workspace with everything that the fake has."""
    with FakeStripe() as fake:
        for one in more():
            fake.stores["subscriptions"].append(one)
            fake.stores["customers"].append(made.customer(str(one["customer"]).removeprefix("cus_"), "2025-12-09"))
        coupon: Record = {"id": "co_own", "object": "coupon", "amount_off": 200, "currency": "eur", "created": 1}
        fake.stores["coupons"] = [{**coupon, "duration": "forever", "percent_off": None}]
        fake.upgrade("sub_held", 2, 4, "2026-03-12T10:00:00")
        for name, wanted in (("invoices", INVOICE), ("charges", CHARGE)):
            next(one for one in fake.stores[name] if one["id"] == wanted)["currency"] = "ugx"
        charge = next(one for one in fake.stores["charges"] if one["id"] == CHARGE)
        charge["balance_transaction"] = {"id": "txn_ugx", "currency": "ugx", "fee": 0}
        with loaded(StripeSource(), fake, tmp_path_factory.mktemp("stripe")) as workspace:
            yield fake, workspace


def monthly(workspace: Loaded, day: str) -> dict[object, object]:
    """Return the recurring revenue of each account on a day."""
    rows = workspace.rows(
        f"""select account_id, sum(mrr)::bigint from normalised.subscription
            where valid_from <= date '{day}' and (valid_to is null or valid_to > date '{day}') group by 1"""
    )
    return dict(rows)  # type: ignore[arg-type]


def test_each_account_brings_what_was_worked_out(stripe: tuple[FakeStripe, Loaded]) -> None:
    _, workspace = stripe
    found = monthly(workspace, "2026-03-30")
    assert {name: found.get(name, 0) for name in MONTHLY} == MONTHLY
    assert found["cus_p04"] == 1000
    assert workspace.quarantine() == []


def test_the_past_is_as_it_was(stripe: tuple[FakeStripe, Loaded]) -> None:
    _, workspace = stripe
    january, march = monthly(workspace, "2026-01-31"), monthly(workspace, "2026-03-09")
    assert (january["cus_gone"], january["cus_upgrade"], january["cus_short"]) == (2000, 5000, 500)
    assert march["cus_upgrade"] == 5000
    # Two seats less 10 %: the event names the discount by its id, the present subscription knows it.
    assert march["cus_held"] == 1800
    assert march.get("cus_gone", 0) == 0


def test_movements_tell_why_it_moved(stripe: tuple[FakeStripe, Loaded]) -> None:
    _, workspace = stripe
    moved = workspace.rows(
        """select account_id, month_start, new_amount::bigint, expansion_amount::bigint, churn_amount::bigint
           from normalised.mrr_movement
           where account_id in ('cus_upgrade', 'cus_gone', 'cus_short')
               and (new_amount <> 0 or expansion_amount <> 0 or churn_amount <> 0) order by all"""
    )
    assert moved == [
        ("cus_gone", date(2025, 12, 1), 2000, 0, 0),
        ("cus_gone", date(2026, 2, 1), 0, 0, 2000),
        ("cus_short", date(2025, 12, 1), 500, 0, 0),
        ("cus_short", date(2026, 2, 1), 0, 500, 0),
        ("cus_upgrade", date(2025, 12, 1), 5000, 0, 0),
        ("cus_upgrade", date(2026, 3, 1), 0, 3000, 0),
    ]


def test_amounts_of_other_currencies_are_whole_minor_units(stripe: tuple[FakeStripe, Loaded]) -> None:
    _, workspace = stripe
    found = workspace.rows(
        """select account_id, currency_original, mrr_original::bigint, mrr from normalised.subscription
           where account_id in ('cus_yen', 'cus_dinar', 'cus_krona', 'cus_ariary') and valid_to is null order by all"""
    )
    # Without a rate nobody knows what they are in euros. Stripe gives crowns with two digits, ariary without.
    assert found == [
        ("cus_ariary", "MGA", 7000, None),
        ("cus_dinar", "KWD", 12_345, None),
        ("cus_krona", "ISK", 5000, None),
        ("cus_yen", "JPY", 5000, None),
    ]
    invoice, payment = (
        workspace.rows(f"select total_original, tax_original from normalised.invoice where source_id = '{INVOICE}'"),
        workspace.rows(f"select amount_original, fee_original from normalised.payment where source_id = '{CHARGE}'"),
    )
    assert (invoice, payment) == ([(13, 3)], [(13, 0)])


def test_changes_become_versions_and_a_discount_that_ended_is_remembered(stripe: tuple[FakeStripe, Loaded]) -> None:
    fake, workspace = stripe
    late = next(one for one in fake.stores["subscriptions"] if one["id"] == "sub_late")
    gift = made.discount("gift", percent_off=40)
    fake.upgrade("sub_p02", 1, 6, "2026-03-29T10:00:00")
    fake.upgrade("sub_p02", 6, 3, "2026-03-30T10:00:00")
    fake.tell("customer.discount.deleted", {**gift, "subscription": "sub_late"}, "2026-03-30T14:00:00")
    fake.tell("customer.subscription.updated", late, "2026-03-30T14:00:00", {"discounts": ["di_gift"]})
    workspace.load(StripeSource(), fake, fake.now + timedelta(hours=2))
    versions = workspace.rows(
        """select account_id, valid_from, valid_to, mrr_original::bigint from normalised.subscription_item
           where account_id in ('cus_p02', 'cus_late') order by all"""
    )
    assert versions == [
        ("cus_late", date(2025, 12, 10), date(2026, 3, 30), 600),
        ("cus_late", date(2026, 3, 30), None, 1000),
        ("cus_p02", date(2026, 1, 3), date(2026, 3, 29), 1000),
        ("cus_p02", date(2026, 3, 29), date(2026, 3, 30), 6000),
        ("cus_p02", date(2026, 3, 30), None, 3000),
    ]
    assert monthly(workspace, "2026-03-29")["cus_p02"] == 6000


def test_a_deleted_customer_is_hidden_and_its_invoices_stay(stripe: tuple[FakeStripe, Loaded]) -> None:
    fake, workspace = stripe
    fake.delete_customer("cus_p05", "2026-03-30T14:30:00")
    workspace.load(StripeSource(), fake, fake.now + timedelta(hours=3))
    assert workspace.entity("account", "is_listed", where="source_id = 'cus_p05'") == [(False,)]
    assert workspace.rows("select count(*) from normalised.invoice where account_id = 'cus_p05' and is_counted") == [
        (3,)
    ]
