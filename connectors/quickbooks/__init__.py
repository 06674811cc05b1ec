"""QuickBooks Online: customers, invoices, credit memos, sales receipts, payments and refunds of one company."""

from connectors.quickbooks.source import QuickBooksSource

__all__ = ["QuickBooksSource"]
