"""Frozen periods: a month that was closed keeps its numbers as they were reported."""
