"""White label: a client's own name, logo, colours and typeface in place of ours."""
