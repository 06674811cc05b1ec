"""Keeps the data: one DuckDB file per workspace, file imports, syncs, and reads that never see half a load."""

from warehouse.clients import ClientAccount
from warehouse.engine import Warehouse
from warehouse.errors import (
    DiskFullError,
    DuplicateKeyError,
    FreshnessError,
    ImportFileError,
    OutOfMemoryError,
    QueryTimeoutError,
    VersionMismatchError,
    WarehouseError,
    WorkspaceBusyError,
    WorkspaceMissingError,
)
from warehouse.files import check_file
from warehouse.imports import ImportOptions
from warehouse.mapping import ColumnRule, Mapping, Mode, load_mapping
from warehouse.proposal import Proposal, dump_mapping, propose_mapping, write_mapping
from warehouse.queries import JsonRows
from warehouse.renormalise import renormalise_files, renormalise_source
from warehouse.reports import (
    ImportPlan,
    ImportRecord,
    ImportReport,
    OnProgress,
    PlannedColumn,
    Problem,
    Progress,
    QuarantineEntry,
    StreamReport,
    SyncReport,
    no_progress,
)
from warehouse.sync import SyncOptions, run_sync
from warehouse.workspace import WorkspaceDatabase

__all__ = [
    "ClientAccount",
    "ColumnRule",
    "DiskFullError",
    "DuplicateKeyError",
    "FreshnessError",
    "ImportFileError",
    "ImportOptions",
    "ImportPlan",
    "ImportRecord",
    "ImportReport",
    "JsonRows",
    "Mapping",
    "Mode",
    "OnProgress",
    "OutOfMemoryError",
    "PlannedColumn",
    "Problem",
    "Progress",
    "Proposal",
    "QuarantineEntry",
    "QueryTimeoutError",
    "StreamReport",
    "SyncOptions",
    "SyncReport",
    "VersionMismatchError",
    "Warehouse",
    "WarehouseError",
    "WorkspaceBusyError",
    "WorkspaceDatabase",
    "WorkspaceMissingError",
    "check_file",
    "dump_mapping",
    "load_mapping",
    "no_progress",
    "propose_mapping",
    "renormalise_files",
    "renormalise_source",
    "run_sync",
    "write_mapping",
]
