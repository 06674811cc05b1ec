"""Where a request of a person comes from, in the words in which his own list of sessions tells it."""

from fastapi import Request

from api.people.records import Origin

# The first that fits: most browsers also call themselves one of the later ones.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def origin_of(request: Request) -> Origin:
    """Return the address and the browser of a request."""
    agent = request.headers.get("user-agent", "")
    return Origin(request.client.host if request.client else "", browser_of(agent))


def browser_of(agent: str) -> str:
    """Return a browser and its system by the header in which it names itself."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    return agent.split("/")[0].strip()[:60] or "Unknown browser"
