"""TikTok Ads: what campaigns cost and bring, by day."""

from connectors.tiktok_ads.source import TikTokAdsSource

__all__ = ["TikTokAdsSource"]
