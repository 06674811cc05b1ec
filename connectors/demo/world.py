"""The imagined agency's clients: who they are and how their business runs. Every name is invented."""

from dataclasses import dataclass

from connectors.demo.topics import FOOD, HEALTH, RETAIL, SOFTWARE, TRAVEL, Topic


@dataclass(frozen=True)
class DemoClient:
    """One client of the agency, with what its metadata says and how its business runs."""

    slug: str
    name: str
    industry: str
    region: str
    country: str
    timezone: str
    currency: str
    service_level: str
    account_owner: str
    per_day: float  # tickets in the middle of the three years
    weekend: float  # share of a weekday's tickets
    peak_hour: float
    growth: float  # of tickets, over three years
    season: float  # how far the best month lies above the mean
    cities: tuple[str, ...]
    product: str
    topics: tuple[Topic, ...]
    first_reply_target: int  # seconds promised
    resolution_target: int
    domain: str
    accounts: int  # customers at the start
    arrivals: float  # new customers a month
    churn: float  # usual chance of leaving in a month
    price: int  # of a seat of the smallest plan a month, in minor units
    tax: float
    platforms: tuple[str, ...]  # where it advertises
    spend: float  # a day on one platform, in major units
    features: tuple[str, ...]

    def __hash__(self) -> int:
        """Tell clients apart by their names: much is remembered by client."""
        return hash(self.slug)

    @property
    def short(self) -> str:
        """Return the three letters that its ids begin with."""
        return self.slug[:3].upper()


DEMO_CLIENTS = (
    DemoClient(
        "tidewick-outfitters", "Tidewick Outfitters", "Retail", "North", "GB", "Europe/London", "GBP", "Gold",
        "Imre Valdon", 12, 0.62, 14.0, 0.45, 0.22, ("London", "Leeds", "Bristol", "Glasgow"), "Web shop", RETAIL,
        4 * 3600, 48 * 3600, "tidewick.example", 33, 1.5, 0.016, 2_400, 0.2, ("google", "meta", "tiktok"), 62,
        ("Wish list", "Bulk order", "Size guide", "Reorder"),
    ),
    DemoClient(
        "orvanta-cloud", "Orvanta Cloud", "Software", "West", "ES", "Europe/Madrid", "EUR", "Platinum",
        "Noor Castellane", 9, 0.22, 11.0, 0.7, 0.08, ("Madrid", "Valencia", "Bilbao", "Seville"), "Orvanta Desk",
        SOFTWARE, 2 * 3600, 24 * 3600, "orvanta.example", 36, 2.0, 0.02, 3_300, 0.21, ("google", "linkedin"), 88,
        ("Dashboards", "Automations", "Exports", "Mobile app"),
    ),
    DemoClient(
        "melisso-foods", "Melisso Foods", "Food delivery", "South", "GR", "Europe/Athens", "EUR", "Gold",
        "Imre Valdon", 9.5, 1.35, 19.5, 0.25, 0.12, ("Athens", "Thessaloniki", "Patras", "Heraklion"), "Melisso app",
        FOOD, 1800, 8 * 3600, "melisso.example", 31, 1.4, 0.02, 1_900, 0.24, ("meta", "tiktok"), 48,
        ("Group order", "Meal plan", "Budget", "Courier map"),
    ),
    DemoClient(
        "kaldrift-travel", "Kaldrift Travel", "Travel", "North", "FI", "Europe/Helsinki", "EUR", "Silver",
        "Sanna Oresk", 5.5, 0.8, 12.5, -0.1, 0.3, ("Helsinki", "Tampere", "Turku", "Oulu"), "Kaldrift bookings", TRAVEL,
        8 * 3600, 96 * 3600, "kaldrift.example", 32, 1.0, 0.021, 2_600, 0.24, ("google", "meta"), 55,
        ("Trip planner", "Expense export", "Seat map", "Alerts"),
    ),
    DemoClient(
        "lumeric-analytics", "Lumeric Analytics", "Software", "Americas", "US", "America/New_York", "USD", "Platinum",
        "Noor Castellane", 7, 0.3, 13.0, 0.6, 0.1, ("New York", "Boston", "Austin", "Chicago"), "Lumeric Studio",
        SOFTWARE, 3 * 3600, 36 * 3600, "lumeric.example", 33, 1.7, 0.015, 3_400, 0.0, ("google", "linkedin"), 95,
        ("Notebooks", "Alerts", "Sharing", "Data catalogue"),
    ),
    DemoClient(
        "brightwell-clinics", "Brightwell Clinics", "Health", "East", "RO", "Europe/Bucharest", "EUR", "Silver",
        "Sanna Oresk", 5.5, 0.4, 10.5, 0.35, 0.1, ("Bucharest", "Cluj-Napoca", "Timisoara", "Iasi"), "Patient desk",
        HEALTH, 6 * 3600, 72 * 3600, "brightwell.example", 30, 1.3, 0.014, 2_300, 0.09, ("google", "meta"), 42,
        ("Online booking", "Reminders", "Documents", "Video visit"),
    ),
)  # fmt: skip
