"""The push endpoint: other programs send rows, which are checked against their contract and loaded once."""
