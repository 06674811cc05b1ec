"""Who asked what: collected in memory beside each answer, written in batches, kept for thirty days."""
