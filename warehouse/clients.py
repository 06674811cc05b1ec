"""Client accounts as the warehouse sees them: the owner process copies them here from metadata."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientAccount:
    """One client inside a workspace; `timezone` and `report_currency` decide days and money of its rows."""

    id: str
    slug: str
    name: str
    industry: str | None = None
    region: str | None = None
    country: str | None = None
    timezone: str = "UTC"
    report_currency: str = "EUR"
    service_level: str | None = None
    account_owner: str | None = None
