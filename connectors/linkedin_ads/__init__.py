"""LinkedIn Ads: what campaigns cost and bring, by day."""

from connectors.linkedin_ads.source import LinkedInAdsSource

__all__ = ["LinkedInAdsSource"]
