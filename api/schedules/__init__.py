"""Reports by mail on a schedule: made once for each period, sent to each recipient once, and told when unsure."""
