"""Copy settings, client accounts and business hours from metadata, and renew whatever depends on what has changed."""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from schemas import SemanticModel
from warehouse.business_hours import replace_business_hours
from warehouse.calendar import build_calendar
from warehouse.clients import ClientAccount, carry_names, read_client_accounts, write_client_accounts
from warehouse.conversion import reconvert
from warehouse.duckdb import Connection, scalar
from warehouse.fx_daily import build_fx_daily
from warehouse.hours_file import Schedule
from warehouse.rederive import rederive
from warehouse.state import Settings, read_settings, write_settings
from warehouse.touched import mark_touched

CLIENT_ACCOUNT = "client_account"  # whatever is built from rows of client accounts is built anew


def renew(
    connection: Connection,
    model: SemanticModel,
    accounts: Sequence[ClientAccount],
    settings: Settings | None = None,
    schedules: Sequence[Schedule] | None = None,
) -> bool:
    """Make the workspace's file say what metadata says, and tell whether anything changed; None leaves a part alone.

    It is the running transaction that decides: readers see the settings and all that follows from them, or neither.
    """
    old_settings, old_accounts = read_settings(connection), read_client_accounts(connection)
    new_settings = old_settings if settings is None else settings
    wanted = sorted(accounts, key=lambda account: account.slug)
    new_hours = schedules is not None and put_hours(connection, schedules)
    if wanted == old_accounts and new_settings == old_settings and not new_hours:
        return False
    if new_settings != old_settings:
        write_settings(connection, new_settings)
    only_new = all(account in wanted for account in old_accounts)
    if wanted != old_accounts:
        write_client_accounts(connection, wanted)
    if not only_new:
        carry_names(connection, model)
    if _calendar_rules(new_settings) != _calendar_rules(old_settings):
        build_calendar(connection, new_settings)
    if _currencies(new_settings, wanted) != _currencies(old_settings, old_accounts):
        build_fx_daily(connection)
    before = {account.id: account for account in old_accounts}
    for account in wanted:
        if new_hours or _clock(before.get(account.id)) not in (None, _clock(account)):
            rederive(connection, model, account)
    if _money_rules(new_settings, wanted, before) != _money_rules(old_settings, old_accounts, before):
        reconvert(connection, model)
    # A client account that is new has no rows, so nothing that is built from rows has moved.
    if new_settings != old_settings or new_hours or not only_new:
        mark_touched(connection, [CLIENT_ACCOUNT], "settings")
    return True


def ensure_client_account(connection: Connection, model: SemanticModel, account: ClientAccount) -> bool:
    """Add one client account, or bring it up to date, and tell whether rows that are there may have moved."""
    others = [one for one in read_client_accounts(connection) if one.id != account.id]
    known = any(one.id == account.id for one in read_client_accounts(connection))
    return renew(connection, model, [*others, account]) and known


def with_currency(connection: Connection, base_currency: str | None) -> Settings:
    """Return the workspace's settings, with another currency if one is named."""
    settings = read_settings(connection)
    return settings if base_currency is None else replace(settings, base_currency=base_currency)


def put_hours(connection: Connection, schedules: Sequence[Schedule]) -> bool:
    """Store the business hours and tell whether they are other ones."""
    text = orjson.dumps([schedule.model_dump(mode="json") for schedule in schedules]).decode()
    if scalar(connection, "select business_hours from state.about") == text:
        return False
    connection.execute("update state.about set business_hours = $1", [text])
    replace_business_hours(connection, schedules)
    return True


def _calendar_rules(settings: Settings) -> tuple[int, int]:
    return settings.week_start, settings.fiscal_year_start


def _currencies(settings: Settings, accounts: Sequence[ClientAccount]) -> tuple[str, set[str]]:
    return settings.fx_method, {settings.base_currency, *(account.report_currency for account in accounts)}


def _clock(account: ClientAccount | None) -> tuple[str, str] | None:
    return None if account is None else (account.timezone, account.slug)


def _money_rules(
    settings: Settings, accounts: Sequence[ClientAccount], known: dict[str, ClientAccount]
) -> tuple[str, str, set[tuple[str, str]]]:
    # A client account that is new has no rows to convert.
    reported = {(account.id, account.report_currency) for account in accounts if account.id in known}
    return settings.fx_method, settings.base_currency, reported
