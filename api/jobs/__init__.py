"""Durable jobs: work that only the owner of the data directory may do, asked for by anybody on the same metadata."""
