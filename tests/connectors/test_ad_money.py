"""Money of advertising and analytics: exact minor units in the currency of every account."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from connectors import Context, find_source
from schemas import EXPONENTS
from warehouse.macros import create_macros

CONNECTORS = Path(__file__).parents[2] / "connectors"
CURRENCIES = ("EUR", "eur", "MGA", *EXPONENTS)

# Source and entity, the column with the money, that with the currency, what one unit is written as, the result.
DECIMAL = Decimal("1234.5678")
CASES = [
    ("google_ads/staging/ad_performance_day.sql", "costMicros", "currency", "1234567800", "spend_original"),
    (
        "google_ads/staging/ad_performance_day.sql",
        "conversionsValue",
        "currency",
        "1234.5678",
        "conversion_value_original",
    ),
    ("google_ads/staging/campaign.sql", "amountMicros", "currency", "1234567800", "budget_daily_original"),
    ("meta_ads/staging/ad_performance_day.sql", "spend", "account_currency", "1234.5678", "spend_original"),
    ("linkedin_ads/staging/ad_performance_day.sql", "costInLocalCurrency", "currency", "1234.5678", "spend_original"),
    ("tiktok_ads/staging/ad_performance_day.sql", "spend", "currency", "1234.5678", "spend_original"),
    ("tiktok_ads/staging/campaign.sql", "budget", "currency", "1234.5678", "budget_daily_original"),
    (
        "google_analytics/staging/web_session_day.sql",
        "purchaseRevenue",
        "currency",
        "1234.5678",
        "purchase_revenue_original",
    ),
]


def amounts(path: str, given: dict[str, str], currencies: tuple[str, ...], column: str, currency: str) -> list[object]:
    """Run a staging SELECT over one record for each currency; columns that are not given are empty."""
    connection, sql = duckdb.connect(), (CONNECTORS / path).read_text().rstrip()
    create_macros(connection)
    streams = find_source(path.partition("/")[0]).streams(Context("one", {}, datetime.now(UTC)))
    empty = dict.fromkeys((name for stream in streams for name in stream.needs if name != currency), "null::varchar")
    columns = empty | {name: f"'{value}'" for name, value in given.items()}
    listed = ", ".join(f"""{value} as "{name}" """ for name, value in columns.items())
    listed += f""", 1 as _line, 'k' as _key, unnest(['{"', '".join(currencies)}']) as "{currency}" """
    found = connection.execute(f"with records as (select {listed}) select {column} from ({sql})")
    return [row[0] for row in found.fetchall()]


@pytest.mark.parametrize(("path", "field", "currency", "text", "column"), CASES)
def test_minor_units_are_those_of_the_currency(path: str, field: str, currency: str, text: str, column: str) -> None:
    given = {field: text, "budget_mode": "BUDGET_MODE_DAY"} if field == "budget" else {field: text}
    wanted = []
    for code in CURRENCIES:
        units = Decimal(10) ** EXPONENTS.get(code.upper(), 2)
        wanted.append(int((DECIMAL * units).quantize(Decimal(1), ROUND_HALF_UP)))
    assert amounts(path, given, CURRENCIES, column, currency) == wanted


@pytest.mark.parametrize(
    ("currency", "minor"),
    [("EUR", 12345), ("JPY", 12345), ("HUF", 1_234_500), ("IDR", 1_234_500), ("TWD", 1_234_500), ("COP", 1_234_500)],
)
def test_meta_counts_budgets_in_units_of_its_own(currency: str, minor: int) -> None:
    path = "meta_ads/staging/campaign.sql"
    assert amounts(path, {"daily_budget": "12345"}, (currency,), "budget_daily_original", "currency") == [minor]


def test_large_and_small_amounts_stay_exact() -> None:
    path, column = "linkedin_ads/staging/ad_performance_day.sql", "spend_original"
    for text, minor in (
        ("107.5300000000000335346", 10_753),
        ("0.004999999", 0),
        ("0.005", 1),
        ("90071992547409.93", 9_007_199_254_740_993),  # a double cannot hold it
        ("1e-7", 0),
        ("not a number", None),
    ):
        assert amounts(path, {"costInLocalCurrency": text}, ("USD",), column, "currency") == [minor], text
    micros = "google_ads/staging/ad_performance_day.sql"
    assert amounts(micros, {"costMicros": "90071992547409934999"}, ("USD",), column, "currency") == [
        9_007_199_254_740_993
    ]
