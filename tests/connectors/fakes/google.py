"""What the fakes of Google's APIs share: its name, its errors and its sign-in."""

from typing import ClassVar

from tests.connectors.fake_vendor import FakeVendor, Told


def google_error(code: int, status: str, message: str, details: list[dict[str, object]] | None = None) -> Told:
    """Return an error as Google writes it."""
    error = {"code": code, "message": message, "status": status, **({"details": details} if details else {})}
    return Told(code, {"error": error}, {"Content-Type": "application/json; charset=UTF-8"})


class FakeGoogle(FakeVendor):
    """One of Google's APIs."""

    vendor: ClassVar[str] = "google"

    def unauthorised(self) -> Told:
        """Refuse a token."""
        return google_error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")

    def too_many(self) -> Told:
        """Say that a quota is used up."""
        return google_error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")

    def down(self) -> Told:
        """Say that the service is down."""
        return google_error(503, "UNAVAILABLE", "The service is currently unavailable.")
