"""Everything that can go wrong with storage.

WarehouseError
├── WorkspaceBusyError        another process owns the data directory: 503 with retry-after
├── ReadsOnlyError            this process reads snapshots; the owner changes things
├── WorkspaceMissingError     there is no file for this workspace
├── QueryTimeoutError         a query ran too long: 400, suggests a shorter range
├── OutOfMemoryError          a query needed too much: 400, suggests a shorter range
├── DiskFullError             nothing was changed; free space and run again
├── DuplicateKeyError         a load would break a key; the last good version stays
├── FreshnessError            a load went back in time; the last good version stays
├── VersionMismatchError      the file was written by a newer program
├── ExtractionLostError       the process that reads a source was ended; what it had handed over is kept
├── BuildFailedError          an entity made from others could not be made; its last good rows stay
├── InvalidRuleError          a workspace's mapping rule cannot be used; nothing was changed
└── ImportFileError           the file or mapping cannot be used at all; says where and what to do
"""


class WarehouseError(Exception):
    """Raised when storage cannot do what was asked; the message says what, where and what to do."""


class WorkspaceBusyError(WarehouseError):
    """Raised when another process owns the data directory."""

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ReadsOnlyError(WarehouseError):
    """Raised when a process that reads published snapshots is asked to change something."""


class WorkspaceMissingError(WarehouseError):
    """Raised when a workspace has no file."""


class QueryTimeoutError(WarehouseError):
    """Raised when a query passed its time limit."""


class OutOfMemoryError(WarehouseError):
    """Raised when a query passed its memory limit."""


class DiskFullError(WarehouseError):
    """Raised when the disk is full; the transaction was rolled back."""


class DuplicateKeyError(WarehouseError):
    """Raised when two rows would carry one key."""


class FreshnessError(WarehouseError):
    """Raised when a load would move data back in time."""


class VersionMismatchError(WarehouseError):
    """Raised when a file is newer than this program."""


class ImportFileError(WarehouseError):
    """Raised when a file or its mapping cannot be used; nothing was loaded."""


class InvalidRuleError(WarehouseError):
    """Raised when a workspace's mapping rule names what does not exist or cannot be filled; nothing was changed."""


class ExtractionLostError(WarehouseError):
    """Raised when the process that reads a source ended by itself; what was committed before stays."""


class BuildFailedError(WarehouseError):
    """Raised within a run of builds, which goes on without the build named and those that read it."""

    def __init__(self, name: str, cause: Exception) -> None:
        super().__init__(str(cause))
        self.name = name
