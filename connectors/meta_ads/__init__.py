"""Meta Ads: what campaigns on Facebook and Instagram cost and bring, by day."""

from connectors.meta_ads.source import MetaAdsSource

__all__ = ["MetaAdsSource"]
