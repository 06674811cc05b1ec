"""What BigQuery must be told to load an export: types, partitions, clustering, and the commands as text.

Nothing here calls BigQuery. A plan is a JSON document that lies beside the Parquet files it speaks of.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas import ColumnType

FORMAT = "belvedere-load-plan/1"
PLAN_FILE = "load_plan.json"

# An INSTANT is a moment in UTC, or a local hour, without a zone beside it: a DATETIME says no more than that.
BIGQUERY_TYPES = {
    ColumnType.TEXT: "STRING",
    ColumnType.INTEGER: "INT64",
    ColumnType.NUMBER: "FLOAT64",
    ColumnType.FLAG: "BOOL",
    ColumnType.INSTANT: "DATETIME",
    ColumnType.DATE: "DATE",
    ColumnType.MONEY: "INT64",
}

# A load job may touch 4,000 partitions; longer histories are cut by month.
_MOST_DAYS = 3_900
_SCOPE = "client_account_id"


@dataclass(frozen=True)
class Target:
    """Where the tables are to be loaded; without a bucket the files are sent from this machine."""

    dataset: str = "belvedere"
    project: str = ""
    bucket: str = ""


@dataclass(frozen=True)
class ExportedTable:
    """One table as it was written; `first_day` and `last_day` are of the date that it is cut by."""

    name: str
    columns: tuple[tuple[str, ColumnType], ...]
    partitioned_by: str | None
    rows: int
    bytes: int
    first_day: date | None
    last_day: date | None

    @property
    def file(self) -> str:
        """Name the Parquet file."""
        return f"{self.name}.parquet"

    @property
    def schema_file(self) -> str:
        """Name the file that tells BigQuery the types."""
        return f"{self.name}.schema.json"

    @property
    def schema(self) -> list[dict[str, str]]:
        """Return the columns in BigQuery's words."""
        return [{"name": name, "type": BIGQUERY_TYPES[kind], "mode": "NULLABLE"} for name, kind in self.columns]

    @property
    def partition(self) -> dict[str, str] | None:
        """Return how the table is cut, so that a date range reads what it needs."""
        if self.partitioned_by is None:
            return None
        days = (self.last_day - self.first_day).days if self.first_day and self.last_day else 0
        return {"field": self.partitioned_by, "type": "DAY" if days <= _MOST_DAYS else "MONTH"}

    @property
    def clustering(self) -> list[str]:
        """Return the columns by which rows lie together inside a partition."""
        return [_SCOPE] if any(name == _SCOPE for name, _ in self.columns) else []


def load_plan(
    workspace: str, data_version: int, catalogue_version: str, target: Target, tables: Sequence[ExportedTable]
) -> dict[str, object]:
    """Write the plan of one export."""
    folder = f"gs://{target.bucket}/{workspace}/{folder_name(data_version)}" if target.bucket else ""
    commands = [load_command(table, target, folder) for table in tables]
    if folder:
        commands.insert(0, shlex.join(["gcloud", "storage", "cp", *(table.file for table in tables), f"{folder}/"]))
    return {
        "format": FORMAT,
        "workspace": workspace,
        "data_version": data_version,
        "catalogue_version": catalogue_version,
        "target": {"project": target.project, "dataset": target.dataset, "bucket": target.bucket},
        "tables": [
            {
                "table": table.name,
                "file": table.file,
                "schema_file": table.schema_file,
                "rows": table.rows,
                "bytes": table.bytes,
                "schema": table.schema,
                "partition": table.partition,
                "clustering": table.clustering,
                "write_disposition": "WRITE_TRUNCATE",
            }
            for table in tables
        ],
        "commands": commands,
    }


def folder_name(data_version: int) -> str:
    """Name the folder of a data version."""
    return f"v{data_version:08d}"


def load_command(table: ExportedTable, target: Target, folder: str = "") -> str:
    """Write the command that replaces one table; it is run inside the folder of the export."""
    words = ["bq", *([f"--project_id={target.project}"] if target.project else []), "load"]
    words += ["--replace", "--source_format=PARQUET"]
    if table.partition is not None:
        words += [f"--time_partitioning_field={table.partition['field']}"]
        words += [f"--time_partitioning_type={table.partition['type']}"]
    if table.clustering:
        words.append(f"--clustering_fields={','.join(table.clustering)}")
    source = f"{folder}/{table.file}" if folder else table.file
    return shlex.join([*words, f"{target.dataset}.{table.name}", source, table.schema_file])
