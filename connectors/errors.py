"""Everything that can go wrong at a source, grouped by what the receiver does next.

SourceError                   carries source, stream and request id; never secrets
├── RetryError                wait and repeat
│   ├── RateLimitedError      carries retry_after in seconds
│   └── SourceDownError
├── ReconnectError            a person must act
│   ├── TokenRevokedError
│   └── MissingScopeError
├── SkipError                 this record only
│   └── MalformedRecordError
└── StopError                 the code or the plan is wrong
    ├── UnexpectedSchemaError
    └── PlanLimitError
"""


class SourceError(Exception):
    """Raised when a source does not do what was asked."""

    def __init__(self, message: str, *, source: str = "", stream: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.source = source
        self.stream = stream
        self.request_id = request_id


class RetryError(SourceError):
    """Raised when waiting and repeating may help."""


class RateLimitedError(RetryError):
    """Raised when the source asks for a pause of `retry_after` seconds.

    `share` names what the pause is for, as `connectors.vendor.Share` does; empty if the vendor does not say.
    """

    def __init__(
        self, message: str, *, retry_after: float, source: str = "", stream: str = "", share: str = ""
    ) -> None:
        super().__init__(message, source=source, stream=stream)
        self.retry_after = retry_after
        self.share = share


class SourceDownError(RetryError):
    """Raised when the source does not answer or answers with a server error."""


class ReconnectError(SourceError):
    """Raised when a person must sign in again."""


class TokenRevokedError(ReconnectError):
    """Raised when the grant is gone."""


class MissingScopeError(ReconnectError):
    """Raised when the grant lacks a permission."""


class SkipError(SourceError):
    """Raised for one record that cannot be used."""


class MalformedRecordError(SkipError):
    """Raised for a record that is not what its stream promises."""


class StopError(SourceError):
    """Raised when repeating cannot help."""


class UnexpectedSchemaError(StopError):
    """Raised when a stream changed in a way that needs a new mapping."""


class PlanLimitError(StopError):
    """Raised when the account's plan does not include what is needed."""
