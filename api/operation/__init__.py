"""What operators watch: whether the server is ready, and its figures for Prometheus."""
