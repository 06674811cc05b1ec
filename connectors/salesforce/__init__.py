"""Salesforce: accounts, contacts, opportunities, leads, cases and users of one organisation."""
