"""Alerts: a metric that crosses a bound, changes, is unusual or stays away is told once, and closed when it is over."""
