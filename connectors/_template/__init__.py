"""Template as a source: its tickets."""
