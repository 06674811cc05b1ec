"""Google Ads: what campaigns cost and bring, by day and device."""

from connectors.google_ads.source import GoogleAdsSource

__all__ = ["GoogleAdsSource"]
