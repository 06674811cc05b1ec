"""Google Search Console: how often a site was shown and chosen in searches, by day, page and device."""

from connectors.search_console.source import SearchConsoleSource

__all__ = ["SearchConsoleSource"]
