"""What people write about, by trade: categories with their subcategories."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A category with its subcategories, its share of tickets, and how hard it is (1 is usual)."""

    name: str
    parts: tuple[str, ...]
    weight: float
    effort: float


RETAIL = (
    Topic("Delivery", ("Late parcel", "Wrong address", "Damaged parcel"), 0.32, 0.9),
    Topic("Returns", ("Refund status", "Return label", "Exchange"), 0.24, 1.1),
    Topic("Product question", ("Size and fit", "Materials", "Availability"), 0.2, 0.6),
    Topic("Payment", ("Card declined", "Invoice", "Voucher"), 0.14, 1.2),
    Topic("Account access", ("Password", "Login code"), 0.1, 0.5),
)
SOFTWARE = (
    Topic("How to", ("Setup", "Reports", "Permissions"), 0.28, 0.8),
    Topic("Technical", ("Crash", "Wrong figures", "Slow page"), 0.26, 2.2),
    Topic("Billing", ("Invoice", "Upgrade", "Cancellation"), 0.18, 1.0),
    Topic("Integration", ("Import", "Single sign-on", "Webhook"), 0.12, 1.9),
    Topic("Availability", ("Outage", "Login fails"), 0.08, 1.4),
    Topic("Account access", ("Password", "Two-step code"), 0.08, 0.4),
)
FOOD = (
    Topic("Order problem", ("Missing item", "Cold meal", "Wrong order"), 0.36, 0.7),
    Topic("Delivery", ("Late courier", "Courier lost"), 0.28, 0.8),
    Topic("Returns", ("Refund not received", "Partial refund"), 0.18, 1.1),
    Topic("Technical", ("Voucher", "Login code", "Crash"), 0.18, 0.9),
)
TRAVEL = (
    Topic("Booking change", ("New date", "Name correction", "Cancellation"), 0.36, 1.4),
    Topic("Baggage", ("Lost", "Extra piece"), 0.16, 1.8),
    Topic("Returns", ("Voucher to cash", "Refund status"), 0.2, 1.6),
    Topic("Check-in", ("Seat", "Boarding pass"), 0.14, 0.5),
    Topic("Availability", ("Sold out", "Waiting list"), 0.06, 0.8),
    Topic("Complaint", ("Delay", "Staff"), 0.08, 2.0),
)
HEALTH = (
    Topic("Appointment", ("New time", "Reminder", "Cancellation"), 0.4, 0.7),
    Topic("Billing", ("Invoice", "Insurance", "Instalments"), 0.24, 1.5),
    Topic("Treatment question", ("Before", "Aftercare"), 0.2, 1.2),
    Topic("Technical", ("Login code", "Documents"), 0.1, 0.9),
    Topic("Complaint", ("Waiting time", "Staff"), 0.06, 2.1),
)
