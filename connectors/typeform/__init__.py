"""Typeform: forms with their questions, and the answers."""
