"""Files that others put somewhere: a folder that is watched, or an address that is asked."""
