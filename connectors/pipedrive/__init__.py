"""Pipedrive: organisations, persons, deals and users of one company."""
