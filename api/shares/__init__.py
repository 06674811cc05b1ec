"""Links to one report: for people who sign in, for anybody, or inside another site's page."""
