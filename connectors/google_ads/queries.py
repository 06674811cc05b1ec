"""What is asked of Google Ads, in its query language. Only dates are put in, never a person's text."""

from connectors.day_reading import Days

ACCOUNTS = """
    SELECT customer_client.id, customer_client.descriptive_name, customer_client.currency_code,
        customer_client.time_zone, customer_client.manager, customer_client.status
    FROM customer_client WHERE customer_client.status = 'ENABLED'"""

CUSTOMER = """
    SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, customer.status
    FROM customer"""

CAMPAIGNS = """
    SELECT campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type,
        campaign_budget.amount_micros, campaign_budget.period, customer.currency_code
    FROM campaign ORDER BY campaign.id"""

_DAYS = """
    SELECT segments.date, segments.device, campaign.id, campaign.name, metrics.impressions, metrics.clicks,
        metrics.cost_micros, metrics.conversions, metrics.conversions_value, metrics.view_through_conversions,
        metrics.engagements
    FROM campaign"""

_TOTALS = "SELECT metrics.impressions, metrics.clicks, metrics.cost_micros FROM customer"


def campaign_days(days: Days) -> str:
    """Return the query of campaigns by day and device."""
    return f"{_DAYS} {_between(days)} ORDER BY segments.date, campaign.id"


def account_totals(days: Days) -> str:
    """Return the query of the whole account."""
    return f"{_TOTALS} {_between(days)}"


def _between(days: Days) -> str:
    return f"WHERE segments.date BETWEEN '{days.first}' AND '{days.last}'"
