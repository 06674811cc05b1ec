"""Connections: made from settings and a sign-in, one for each account, each for a client account."""
