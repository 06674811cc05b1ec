"""The console: the pages where people link accounts and watch them sync."""
