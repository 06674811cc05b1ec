"""Several processes serve one data directory: the owner publishes snapshots of its workspaces, readers follow them."""
