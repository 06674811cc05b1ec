"""Keeps the data: one DuckDB file per workspace, file imports, syncs, and reads that never see half a load."""

from connectors import ColumnRule
from warehouse.account_links import AccountLink, AccountRecord, read_account_emails, read_account_records
from warehouse.bigquery import BigQueryPlace, check_patterns, compile_for_bigquery, query_configuration
from warehouse.clients import ClientAccount
from warehouse.coverage import Coverage
from warehouse.currency import RateReport, RateSpan
from warehouse.engine import Warehouse
from warehouse.errors import (
    BuildFailedError,
    DiskFullError,
    DuplicateKeyError,
    ExtractionLostError,
    FreshnessError,
    ImportFileError,
    InvalidRuleError,
    OutOfMemoryError,
    QueryTimeoutError,
    ReadsOnlyError,
    VersionMismatchError,
    WarehouseError,
    WorkspaceBusyError,
    WorkspaceMissingError,
)
from warehouse.files import check_file
from warehouse.findings import Evidence, evidence_of
from warehouse.fx_daily import FxMethod
from warehouse.holdings import Holdings
from warehouse.hours_file import WEEKDAYS, Schedule, Weekday, known_zone, load_hours, parse_hours
from warehouse.imports import ImportOptions
from warehouse.insights import FoundInsight, read_insights
from warehouse.leaving import HANDING_OVER, forget_client, hand_over_client
from warehouse.load_plan import Target
from warehouse.mapping import Mapping, Mode, load_mapping, loadable_names
from warehouse.memory import memory_held
from warehouse.places import Places
from warehouse.proposal import Proposal, dump_mapping, propose_mapping, write_mapping
from warehouse.publish import Publication, publish
from warehouse.published import Published, prune_snapshots, publish_snapshot, published
from warehouse.queries import JsonRows
from warehouse.reading_warehouse import SnapshotWarehouse
from warehouse.renormalise import preview_source_rule, renormalise_files, renormalise_source, take_along
from warehouse.reports import (
    Difference,
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
    told_held,
)
from warehouse.rule_preview import RulePreview
from warehouse.rules import RuleFile, read_rules
from warehouse.snapshots import Snapshot, inspect_file, take_snapshot
from warehouse.state import Settings as WorkspaceSettings
from warehouse.sync import attempt_sync, run_sync
from warehouse.sync_target import SyncOptions
from warehouse.taking_over import take_over
from warehouse.workspace import WorkspaceDatabase
from warehouse.written import OWN_SOURCE, Foreign, GoalStanding, WrittenRow, read_foreign_goals, read_goal_standings

__all__ = [
    "HANDING_OVER",
    "OWN_SOURCE",
    "WEEKDAYS",
    "AccountLink",
    "AccountRecord",
    "BigQueryPlace",
    "BuildFailedError",
    "ClientAccount",
    "ColumnRule",
    "Coverage",
    "Difference",
    "DiskFullError",
    "DuplicateKeyError",
    "Evidence",
    "ExtractionLostError",
    "Foreign",
    "FoundInsight",
    "FreshnessError",
    "FxMethod",
    "GoalStanding",
    "Holdings",
    "ImportFileError",
    "ImportOptions",
    "ImportPlan",
    "ImportRecord",
    "ImportReport",
    "InvalidRuleError",
    "JsonRows",
    "Mapping",
    "Mode",
    "OnProgress",
    "OutOfMemoryError",
    "Places",
    "PlannedColumn",
    "Problem",
    "Progress",
    "Proposal",
    "Publication",
    "Published",
    "QuarantineEntry",
    "QueryTimeoutError",
    "RateReport",
    "RateSpan",
    "ReadsOnlyError",
    "RuleFile",
    "RulePreview",
    "Schedule",
    "Snapshot",
    "SnapshotWarehouse",
    "StreamReport",
    "SyncOptions",
    "SyncReport",
    "Target",
    "VersionMismatchError",
    "Warehouse",
    "WarehouseError",
    "Weekday",
    "WorkspaceBusyError",
    "WorkspaceDatabase",
    "WorkspaceMissingError",
    "WorkspaceSettings",
    "WrittenRow",
    "attempt_sync",
    "check_file",
    "check_patterns",
    "compile_for_bigquery",
    "dump_mapping",
    "evidence_of",
    "forget_client",
    "hand_over_client",
    "inspect_file",
    "known_zone",
    "load_hours",
    "load_mapping",
    "loadable_names",
    "memory_held",
    "no_progress",
    "parse_hours",
    "preview_source_rule",
    "propose_mapping",
    "prune_snapshots",
    "publish",
    "publish_snapshot",
    "published",
    "query_configuration",
    "read_account_emails",
    "read_account_records",
    "read_foreign_goals",
    "read_goal_standings",
    "read_insights",
    "read_rules",
    "renormalise_files",
    "renormalise_source",
    "run_sync",
    "take_along",
    "take_over",
    "take_snapshot",
    "told_held",
    "write_mapping",
]
