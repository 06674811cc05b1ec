"""The demo source: an imagined agency with six clients and three years of business, the same on every machine."""

from connectors.demo.source import DemoSource
from connectors.demo.world import DEMO_CLIENTS, DemoClient

__all__ = ["DEMO_CLIENTS", "DemoClient", "DemoSource"]
