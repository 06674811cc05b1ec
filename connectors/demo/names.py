"""Names of people and companies, all invented, and the words that describe companies."""

FIRST = (
    "Ada", "Bela", "Ciro", "Dalia", "Edon", "Fenna", "Goran", "Hilla", "Ines", "Joos", "Kaia", "Levin",
    "Mara", "Nuno", "Odile", "Piotr", "Runa", "Silvan", "Tove", "Ugo",
)  # fmt: skip
LAST = (
    "Marrow", "Nilsund", "Ostrava", "Pellin", "Quade", "Rovar", "Sibley", "Tarn", "Ulvik", "Vesper", "Wend",
    "Yarrow", "Abernal", "Brisco", "Calder", "Dunmoor", "Estrel", "Fenwick", "Garro",
)  # fmt: skip
COMPANY_FIRST = (
    "Brindle", "Corvale", "Dunmere", "Elfgate", "Farrow", "Glimmer", "Hestor", "Ivarr", "Juniper", "Kestrel",
    "Lantern", "Moorwick", "Nimbus", "Oakhollow", "Pinelake", "Quillon", "Ravensby", "Saltmarsh", "Thornby", "Umber",
    "Ashcombe", "Birchley", "Cindermoor", "Dellbrook", "Emberly", "Fennick", "Gorsefield", "Hawkrise", "Inchmere",
    "Jasperton", "Kilnford", "Larkmere", "Millrace", "Northwick", "Orchardby", "Pebbleton", "Quarrymoor", "Rookfield",
    "Stonelea", "Tarnbrook",
)  # fmt: skip
COMPANY_LAST = (
    "Works", "& Daughters", "Supply", "Studio", "Labs", "Partners", "Trading", "Collective", "Group", "Foundry",
    "Logistics", "Consulting", "Homes", "Media", "Garden", "Systems", "Ventures", "Interiors", "Transport", "Kitchens",
)  # fmt: skip

SIZES = ("1-10", "11-50", "51-200", "201-1000")
SEGMENTS = {"1-10": "Small", "11-50": "Small", "51-200": "Mid-market", "201-1000": "Enterprise"}
PLANS = ("Starter", "Team", "Business")
PERSONAS = ("Owner-manager", "Operations lead", "Finance lead", "IT lead")
TRADES = ("Retail", "Manufacturing", "Services", "Hospitality", "Education")
ROLES = ("user", "user", "administrator", "billing", "sponsor")
_CLIENTS = 6
LANGUAGES = {"GB": "en", "ES": "es", "GR": "el", "FI": "fi", "US": "en", "RO": "ro"}


def person(number: int) -> str:
    """Return the name of a person by number; a name comes again after 380 people."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number * 7 + number // len(FIRST)) % len(LAST)]}"


def company(number: int, turn: int) -> str:
    """Return the name of a company by number; no two client accounts share one within their first 133 companies."""
    place = (number * _CLIENTS + turn) * 37 % (len(COMPANY_FIRST) * len(COMPANY_LAST))
    return f"{COMPANY_FIRST[place % len(COMPANY_FIRST)]} {COMPANY_LAST[place // len(COMPANY_FIRST)]}"
