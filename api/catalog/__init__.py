"""The catalogue over HTTP: what every dataset, dimension and metric means, in the reader's language."""
