"""What can go wrong with backups."""

from api.errors import ApiError


class BackupError(ApiError):
    """Raised when a backup cannot be made, found or put in place; what was there before is unchanged."""


class BackupKeyError(ApiError):
    """Raised when a backup is encrypted with another key than the one given, or none is given."""


class BackupDamagedError(ApiError):
    """Raised when a part of a backup is missing, was changed, or is not what its list of contents says."""
