"""The imagined world of the demo: clients, teams, people, topics and places. Every name is invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A category with its subcategories, its share of tickets, and how hard it is (1 is usual)."""

    name: str
    parts: tuple[str, ...]
    weight: float
    effort: float


@dataclass(frozen=True)
class Agent:
    """Someone who answers; `pace` multiplies how long things take."""

    id: str
    name: str
    team: str
    group: str
    pace: float


@dataclass(frozen=True)
class DemoClient:
    """One client of the agency, with what its metadata says and how its tickets come."""

    slug: str
    name: str
    industry: str
    region: str
    country: str
    timezone: str
    currency: str
    service_level: str
    account_owner: str
    per_day: float
    weekend: float  # share of a weekday's tickets
    peak_hour: float
    growth: float  # over a year
    cities: tuple[str, ...]
    product: str
    topics: tuple[Topic, ...]
    first_reply_target: int  # seconds promised
    resolution_target: int


_RETAIL = (
    Topic("Delivery", ("Late parcel", "Wrong address", "Damaged parcel"), 0.34, 0.9),
    Topic("Returns", ("Refund status", "Return label", "Exchange"), 0.24, 1.1),
    Topic("Product question", ("Size and fit", "Materials", "Availability"), 0.2, 0.6),
    Topic("Payment", ("Card declined", "Invoice", "Voucher"), 0.14, 1.2),
    Topic("Account access", ("Password", "Login code"), 0.08, 0.5),
)
_SOFTWARE = (
    Topic("How to", ("Setup", "Reports", "Permissions"), 0.3, 0.8),
    Topic("Bug", ("Crash", "Wrong figures", "Slow page"), 0.26, 2.2),
    Topic("Billing", ("Invoice", "Upgrade", "Cancellation"), 0.2, 1.0),
    Topic("Integration", ("Import", "Single sign-on", "Webhook"), 0.14, 1.9),
    Topic("Account access", ("Password", "Two-step code"), 0.1, 0.4),
)
_FOOD = (
    Topic("Order problem", ("Missing item", "Cold meal", "Wrong order"), 0.38, 0.7),
    Topic("Delivery", ("Late courier", "Courier lost"), 0.3, 0.8),
    Topic("Refund", ("Not received", "Partial refund"), 0.18, 1.1),
    Topic("App", ("Voucher", "Login code", "Crash"), 0.14, 0.9),
)
_TRAVEL = (
    Topic("Booking change", ("New date", "Name correction", "Cancellation"), 0.36, 1.4),
    Topic("Baggage", ("Lost", "Extra piece"), 0.18, 1.8),
    Topic("Refund", ("Voucher to cash", "Status"), 0.22, 1.6),
    Topic("Check-in", ("Seat", "Boarding pass"), 0.16, 0.5),
    Topic("Complaint", ("Delay", "Staff"), 0.08, 2.0),
)

DEMO_CLIENTS = (
    DemoClient(
        "tidewick-outfitters", "Tidewick Outfitters", "Retail", "North", "GB", "Europe/London", "EUR", "Gold",
        "Imre Valdon", 166, 0.62, 14.0, 0.25, ("London", "Leeds", "Bristol", "Glasgow"), "Web shop", _RETAIL,
        4 * 3600, 48 * 3600,
    ),
    DemoClient(
        "orvanta-cloud", "Orvanta Cloud", "Software", "West", "ES", "Europe/Madrid", "EUR", "Platinum",
        "Noor Castellane", 100, 0.22, 11.0, 0.4, ("Madrid", "Valencia", "Bilbao", "Seville"), "Orvanta Desk",
        _SOFTWARE, 2 * 3600, 24 * 3600,
    ),
    DemoClient(
        "melisso-foods", "Melisso Foods", "Food delivery", "South", "GR", "Europe/Athens", "EUR", "Gold",
        "Imre Valdon", 120, 1.35, 19.5, 0.1, ("Athens", "Thessaloniki", "Patras", "Heraklion"), "Melisso app", _FOOD,
        1800, 8 * 3600,
    ),
    DemoClient(
        "kaldrift-travel", "Kaldrift Travel", "Travel", "North", "FI", "Europe/Helsinki", "EUR", "Silver",
        "Sanna Oresk", 63, 0.8, 12.5, -0.05, ("Helsinki", "Tampere", "Turku", "Oulu"), "Kaldrift bookings", _TRAVEL,
        8 * 3600, 96 * 3600,
    ),
)  # fmt: skip

_FIRST = ("Ada", "Bela", "Ciro", "Dalia", "Edon", "Fenna", "Goran", "Hilla", "Ines", "Joos", "Kaia", "Levin")
_LAST = (
    "Marrow",
    "Nilsund",
    "Ostrava",
    "Pellin",
    "Quade",
    "Rovar",
    "Sibley",
    "Tarn",
    "Ulvik",
    "Vesper",
    "Wend",
    "Yarrow",
)
_TEAMS = (("Front line", "Chat and phone"), ("Front line", "Mail"), ("Specialists", "Second line"))

COMPANY_FIRST = (
    "Brindle",
    "Corvale",
    "Dunmere",
    "Elfgate",
    "Farrow",
    "Glimmer",
    "Hestor",
    "Ivarr",
    "Juniper",
    "Kestrel",
)
COMPANY_LAST = ("Works", "& Daughters", "Supply", "Studio", "Labs", "Partners", "Trading", "Collective")
SIZES = ("1-10", "11-50", "51-200", "201-1000")
PLANS = ("Starter", "Team", "Business")


def agents_of(client: DemoClient) -> tuple[Agent, ...]:
    """Return the people who answer for a client; the same every time."""
    start = DEMO_CLIENTS.index(client) * 5
    people = []
    for number in range(9):
        team, group = _TEAMS[number % len(_TEAMS)]
        name = f"{_FIRST[(start + number) % len(_FIRST)]} {_LAST[(start * 3 + number * 5) % len(_LAST)]}"
        people.append(Agent(f"{client.slug}-a{number + 1}", name, team, group, 0.7 + number * 0.08))
    return tuple(people)
