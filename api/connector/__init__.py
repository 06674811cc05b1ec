"""The Looker Studio connector seen from here: its files, the links to it, and a check that plays its part."""
