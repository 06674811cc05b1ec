"""Workspaces, their client accounts, keys, connections and runs: the metadata database."""
