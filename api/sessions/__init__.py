"""The report viewer's sign-in: an API key is exchanged for a cookie that lives and dies with it."""
