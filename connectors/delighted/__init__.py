"""Delighted, which has closed: its exported files are imported, and its API is refused with a word on why."""
