"""The audit log: who did what in a workspace, when and from where. Lines are added, and never changed or deleted."""
