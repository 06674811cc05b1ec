"""Brings data in: sources, their streams, and the registry that knows them by name."""

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
from connectors.registry import find_source, known_sources
from connectors.source import (
    Batch,
    Context,
    Cursor,
    DeleteSignal,
    JsonValue,
    Source,
    Stream,
    SyncMode,
    Window,
)

__all__ = [
    "Batch",
    "Context",
    "Cursor",
    "DeleteSignal",
    "JsonValue",
    "MalformedRecordError",
    "MissingScopeError",
    "PlanLimitError",
    "RateLimitedError",
    "ReconnectError",
    "RetryError",
    "SkipError",
    "Source",
    "SourceDownError",
    "SourceError",
    "StopError",
    "Stream",
    "SyncMode",
    "TokenRevokedError",
    "UnexpectedSchemaError",
    "Window",
    "find_source",
    "known_sources",
]
