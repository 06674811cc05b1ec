"""People who sign in to the console: passwords, sessions, the one-time link that makes the owner."""
