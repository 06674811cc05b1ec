"""The numbers we promise, and how to measure them."""
