"""Belvedere as the OAuth 2 authorization server of its own connector: people sign in, and nobody pastes a key."""
