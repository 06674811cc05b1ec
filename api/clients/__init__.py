"""The life of client accounts: made from a list, archived, handed over, deleted."""
