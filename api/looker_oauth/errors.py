"""What can go wrong with the connector's access.

ApiError
├── AccessEndedError     401: the access token has expired, was revoked, or its person may no longer see anything
└── AddressNeededError   400: sign-ins need a public https address
"""

from api.errors import ApiError


class AccessEndedError(ApiError):
    """Raised when the connector's access token counts no longer; only a new sign-in helps."""


class AddressNeededError(ApiError):
    """Raised when a connector is to sign people in and this server has no address that Google could send them to."""
