"""Calculators over HTTP: the corrected figure and the guides' one from the same inputs."""
