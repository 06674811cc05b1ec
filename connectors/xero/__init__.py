"""Xero: contacts, sales invoices, credit notes and payments of one organisation."""

from connectors.xero.source import XeroSource

__all__ = ["XeroSource"]
