"""Every rule of the findings, against numbers made by hand."""

from datetime import date

from warehouse.finding_rules import (
    WATCHED,
    Amounts,
    Found,
    Month,
    audits,
    changes,
    driver_of,
    quiet_accounts,
    stale_sources,
)

SHARES = frozenset({"csat_rate", "resolution_rate", "sla_first_reply_rate"})
WORDS = {"tickets_created": "Tickets", "csat_rate": "CSAT"}


def month(number: int, **amounts: dict[str | None, float] | float) -> Month:
    whole: dict[str, Amounts] = {}
    for name, one in amounts.items():
        whole[name] = one if isinstance(one, dict) else {None: float(one)}
    return Month(date(2026, number, 1), whole)


def found(*months: Month) -> dict[str, Found]:
    return {one.rule: one for one in audits(months)}


def test_a_change_names_what_drives_it() -> None:
    before = month(9, tickets_created={None: 100, "Billing": 40, "Delivery": 50, "Rare": 9})
    now = month(10, tickets_created={None: 140, "Billing": 50, "Delivery": 84, "Rare": 5})
    (one,) = changes(now, before, SHARES, WORDS)
    assert (one.kind, one.severity, one.driver, one.value, one.previous) == ("decline", "high", "Delivery", 140, 100)
    assert one.text == "Tickets rose by 40 % in October 2026, most of it Delivery."
    (better,) = changes(before, now, SHARES, WORDS)
    assert (better.kind, better.severity, better.action) == ("improvement", "info", None)


def test_small_changes_and_small_numbers_are_left_out() -> None:
    assert not changes(month(10, tickets_created=109), month(9, tickets_created=100), SHARES, WORDS)
    assert not changes(month(10, tickets_created=40), month(9, tickets_created=20), SHARES, WORDS)  # below 30
    few = {"csat_responses": 29.0}
    assert not changes(month(10, csat_rate=0.5, **few), month(9, csat_rate=0.9, **few), SHARES, WORDS)
    enough = {"csat_responses": 30.0}
    (one,) = changes(month(10, csat_rate=0.86, **enough), month(9, csat_rate=0.9, **enough), SHARES, WORDS)
    assert (one.severity, one.text) == ("medium", "CSAT fell by 4.0 points in October 2026.")


def test_the_driver_of_a_rate_weighs_its_parts() -> None:
    csat = next(one for one in WATCHED if one.metric == "csat_rate")
    before = month(
        9, csat_rate={None: 0.8, "A": 0.8, "B": 0.8, "C": 0.8}, csat_responses={None: 100, "A": 90, "B": 5, "C": 5}
    )
    now = month(
        10, csat_rate={None: 0.66, "A": 0.7, "B": 0.0, "C": 0.8}, csat_responses={None: 100, "A": 84, "B": 9, "C": 7}
    )
    # B fell most, but nine answers are too few to name; A carries the change.
    assert driver_of(csat, now, before) == "A"
    more = month(10, csat_rate={None: 0.6, "A": 0.7, "B": 0.0}, csat_responses={None: 100, "A": 86, "B": 14})
    assert driver_of(csat, more, before) == "B"  # 0.14 × −0.8 is more than 0.86 × −0.1


def test_only_the_most_noticeable_changes_are_told() -> None:
    names = ("conversions", "leads", "accounts_new", "mrr", "revenue_net")
    before = month(9, **dict.fromkeys(names, 100.0))
    now = month(10, **{name: 120.0 + 10 * place for place, name in enumerate(names)})
    assert [one.metric for one in changes(now, before, SHARES, WORDS)] == ["revenue_net", "mrr", "accounts_new"]


def test_promises_and_satisfaction() -> None:
    assert found(month(10, sla_first_reply_rate=0.79, sla_first_reply_base=30))["sla_breach_risk"].severity == "high"
    assert not found(month(10, sla_first_reply_rate=0.79, sla_first_reply_base=29))
    assert not found(month(10, sla_first_reply_rate=0.9, sla_first_reply_base=99))
    rates = (0.90, 0.89, 0.88, 0.87)
    falling = [month(7 + place, csat_rate=rate, csat_responses=40) for place, rate in enumerate(rates)]
    assert "by 3.0 points" in found(*falling)["falling_csat"].text
    assert not found(*falling[1:])  # three months are two falls
    assert not found(*falling[:3], month(10, csat_rate=0.88, csat_responses=40))


def test_a_category_that_pulls_the_rate_down() -> None:
    now = month(
        10,
        resolution_rate={None: 0.8, "Good": 0.9, "Bad": 0.4, "Tiny": 0.0},
        tickets_created={None: 100, "Good": 79, "Bad": 15, "Tiny": 6},
    )
    one = found(now)["category_pulls_down"]
    assert (one.driver, one.value) == ("Bad", 0.4)
    assert "6.0 points" in one.text


def test_campaigns_names_bills_accounts_and_sources() -> None:
    now = month(
        10,
        spend={None: 1000, "Idle": 90, "Busy": 905, "Crumb": 5},
        conversions={None: 50, "Busy": 50},
        naming_violations=3,
        overdue_invoices=6,
        overdue_amount=1200.5,
    )
    rules = found(now)
    assert (rules["spend_without_conversions"].driver, rules["spend_without_conversions"].value) == ("Idle", 90)
    assert rules["naming_violations"].value == 3
    assert (rules["invoices_overdue"].severity, rules["invoices_overdue"].value) == ("high", 1200.5)
    (quiet,) = quiet_accounts([("1", "Alpha", 31), ("2", "Beta", 30), ("3", "Gamma", 90)])
    assert quiet.text == "No activity for more than 30 days: Gamma, Alpha."
    assert not list(quiet_accounts([("1", "Alpha", 30)]))
    (stale,) = stale_sources([("CRM", 80, 24), ("Shop", 47, 24)])
    assert (stale.rule, stale.value) == ("source_stale.CRM", 80)
