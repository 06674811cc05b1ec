"""The demo source: an imagined agency's four clients and their tickets, the same on every machine."""

from connectors.demo.source import DemoSource
from connectors.demo.world import DEMO_CLIENTS, DemoClient

__all__ = ["DEMO_CLIENTS", "DemoClient", "DemoSource"]
