"""Syncing connections: how a stored connection is opened, when it is due, and how it stands."""
