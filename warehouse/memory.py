"""What DuckDB holds in memory for a workspace: the pages of its file and what running work needs."""

from warehouse.workspace import WorkspaceDatabase


def memory_held(database: WorkspaceDatabase) -> int:
    """Return the bytes that DuckDB counts against its limit; waits while the file is written anew."""
    with database.reading() as cursor:
        row = cursor.execute("select coalesce(sum(memory_usage_bytes), 0) from duckdb_memory()").fetchone()
    return 0 if row is None else int(row[0])
