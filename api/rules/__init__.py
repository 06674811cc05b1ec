"""A workspace's own fields, formulas and mapping rules as files that people edit: checked, tried, then kept."""
