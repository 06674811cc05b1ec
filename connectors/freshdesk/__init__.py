"""Freshdesk: tickets with their statistics, companies, contacts, agents and satisfaction ratings."""
