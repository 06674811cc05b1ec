"""HubSpot: companies, contacts, deals, tickets, feedback and owners of one portal."""
