"""Outgoing mail: what a mail holds, the server that takes it, and what came of sending it."""
