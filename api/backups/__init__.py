"""Backups of a whole installation: made while it runs, restored whole or not at all, and verified by restoring them."""
