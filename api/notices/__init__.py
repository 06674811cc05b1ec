"""Notices: what needs somebody is written down once, sent once, and closed by itself when it is well again."""
