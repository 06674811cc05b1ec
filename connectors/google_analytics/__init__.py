"""Google Analytics 4: visits by day, source, campaign, landing page, country and device."""

from connectors.google_analytics.source import GoogleAnalyticsSource

__all__ = ["GoogleAnalyticsSource"]
