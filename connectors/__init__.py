"""Brings data in: sources, their streams, and the registry that knows them by name."""

from connectors.access import Access, open_api
from connectors.addresses import vendor_address
from connectors.auth import (
    ApiKey,
    Auth,
    Credentials,
    FixedCredentials,
    NoAuth,
    OAuth2,
    ServiceAccount,
)
from connectors.errors import (
    MalformedRecordError,
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    ReconnectError,
    RetryError,
    SkipError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
    UnexpectedSchemaError,
)
from connectors.file_source import BringsFiles, FileMark, FoundFile
from connectors.json_value import JsonValue
from connectors.mapped import ColumnRule, RowMapping
from connectors.network import guarded_transport
from connectors.pace import Budget, Ledger, Remembered, retry_after
from connectors.registry import find_source, known_sources
from connectors.source import (
    Account,
    Batch,
    Context,
    Cursor,
    DeleteSignal,
    LinkedSource,
    NoSettings,
    Reconciles,
    Source,
    Stream,
    SyncMode,
    Totals,
    Window,
)
from connectors.vendor import Share

__all__ = [
    "Access",
    "Account",
    "ApiKey",
    "Auth",
    "Batch",
    "BringsFiles",
    "Budget",
    "ColumnRule",
    "Context",
    "Credentials",
    "Cursor",
    "DeleteSignal",
    "FileMark",
    "FixedCredentials",
    "FoundFile",
    "JsonValue",
    "Ledger",
    "LinkedSource",
    "MalformedRecordError",
    "MissingScopeError",
    "NoAuth",
    "NoSettings",
    "OAuth2",
    "PlanLimitError",
    "RateLimitedError",
    "Reconciles",
    "ReconnectError",
    "Remembered",
    "RetryError",
    "RowMapping",
    "ServiceAccount",
    "Share",
    "SkipError",
    "Source",
    "SourceDownError",
    "SourceError",
    "StopError",
    "Stream",
    "SyncMode",
    "TokenRevokedError",
    "Totals",
    "UnexpectedSchemaError",
    "Window",
    "find_source",
    "guarded_transport",
    "known_sources",
    "open_api",
    "retry_after",
    "vendor_address",
]
