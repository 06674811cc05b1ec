"""What the rest of the program knows of a brand, and the checks that it has passed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from api.brands.colours import LEAST_CONTRAST, REFUSE_UNDER, WARN_UNDER, closest, colour_of, contrast
from api.errors import InvalidSettingError

FONTS = {
    "inter": ("Inter", '"InterVariable", "Noto Sans", "Noto Sans SC", system-ui, sans-serif'),
    "system": ("The reader's own", 'system-ui, "Noto Sans", "Noto Sans SC", sans-serif'),
    "serif": ("Serif", 'Georgia, "Noto Serif", "Times New Roman", serif'),
}
USUAL_SERIES = ("#0156ef", "#0ea18f", "#ce793e", "#907ad6", "#dba700", "#53b8f2", "#c23247", "#75638a")
_READABLE = 4.5
_FAINT = 1.8
_MOST_COLOURS = 8
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class Brand:
    """White label of one client account, or of a workspace; `changed` names the version of its files."""

    id: str
    client_account_id: str | None
    name: str
    accent: str
    series: tuple[str, ...]
    font: str
    footer: str
    sender: str
    host: str | None
    has_logo: bool
    has_dark_logo: bool
    changed: str


@dataclass(frozen=True)
class BrandWish:
    """What was filled in, still unchecked."""

    name: str = ""
    accent: str = "#0156ef"
    series: tuple[str, ...] = ()
    font: str = "inter"
    footer: str = ""
    sender: str = ""
    host: str = ""


@dataclass(frozen=True)
class Checked:
    """A wish that can be kept, and what is doubtful about it."""

    wish: BrandWish
    warnings: tuple[str, ...]


def check_brand(wish: BrandWish) -> Checked:
    """Refuse what would be unreadable or unsafe, and say what is doubtful."""
    name, host = wish.name.strip(), wish.host.strip().lower()
    if not name:
        raise InvalidSettingError("Give the brand a name: it stands in the title of the report.")
    if wish.font not in FONTS:
        raise InvalidSettingError(f"Choose one of the fonts: {', '.join(FONTS)}.")
    if host and not _HOST.fullmatch(host):
        raise InvalidSettingError(f"'{host[:80]}' is no domain. Write it like reports.example.com.")
    if any("\n" in one or "\r" in one for one in (name, wish.sender, wish.footer)):
        raise InvalidSettingError("Names and the footer stand on one line each.")
    accent = colour_of(wish.accent, "accent")
    series = tuple(colour_of(one, "colour of a series") for one in wish.series if one.strip())
    warnings = (*_check_accent(accent), *check_series(series))
    kept = BrandWish(name[:120], accent, series, wish.font, wish.footer.strip()[:300], wish.sender.strip()[:120], host)
    return Checked(kept, warnings)


def check_series(series: Sequence[str]) -> tuple[str, ...]:
    """Refuse a palette whose colours cannot be told apart, and warn where it is hard."""
    if not series:
        return ()
    if len(series) != _MOST_COLOURS:
        raise InvalidSettingError(f"Give {_MOST_COLOURS} colours of series, or none to keep the usual ones.")
    warnings = [f"{one} is faint on white." for one in series if contrast(one, "#ffffff") < _FAINT]
    found = closest(series)
    if found is None:
        return tuple(warnings)
    told = f"{found.first} and {found.second} are {found.distance:.1f} apart under {found.sight}"
    if found.distance < REFUSE_UNDER:
        raise InvalidSettingError(f"{told}: too close to be told apart. At least {REFUSE_UNDER:.0f} is needed.")
    if found.distance < WARN_UNDER:
        warnings.append(f"{told}: hard to tell apart. {WARN_UNDER:.0f} or more is good.")
    return tuple(warnings)


def _check_accent(accent: str) -> tuple[str, ...]:
    found = contrast(accent, "#ffffff")
    if found < LEAST_CONTRAST:
        raise InvalidSettingError(f"The accent {accent} is too faint on white ({found:.1f} : 1, at least 3 is needed).")
    if found < _READABLE:
        return (f"The accent {accent} has {found:.1f} : 1 on white; links read well from 4.5 on.",)
    return ()
