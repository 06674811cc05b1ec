"""Zendesk Support: tickets with their metrics, organisations, users and satisfaction ratings."""
