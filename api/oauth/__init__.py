"""Signing in to vendors: authorisation, token exchange, and the one place that hands out and renews tokens."""
