"""Stripe: customers, what they subscribe to, bills, payments, refunds and disputes."""

from connectors.stripe.source import StripeSource

__all__ = ["StripeSource"]
