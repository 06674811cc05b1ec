"""The look of paper and mail: always the light palette, with a client's own colours where there are some."""

from dataclasses import dataclass

from looker_templates import Report

_SERIES = ("#0156ef", "#0ea18f", "#ce793e", "#907ad6", "#dba700", "#53b8f2", "#c23247", "#75638a")


@dataclass(frozen=True)
class Brand:
    """White label: what a client's own look replaces; `logo` is a data: address, colours are #rrggbb."""

    name: str = ""
    logo: str = ""
    accent: str = "#0156ef"
    series: tuple[str, ...] = _SERIES
    footer: str = ""
    font: str = "inter"
    own: bool = False  # somebody's look, and not ours


@dataclass(frozen=True)
class Palette:
    """The tokens of the light theme."""

    ink: str = "#161b26"
    ink2: str = "#4b5565"
    ink3: str = "#5c687a"
    line: str = "#e3e7ed"
    line2: str = "#eef1f5"
    surface: str = "#ffffff"
    accent: str = "#0156ef"
    good: str = "#0b7a4b"
    watch: str = "#8a5a00"
    bad: str = "#b3261e"
    series: tuple[str, ...] = _SERIES


def palette_of(report: Report, brand: Brand) -> Palette:
    """Return the colours to draw with: the client's, unless the template keeps its own."""
    accent = report.theme.tokens.get("accent", brand.accent) if report.theme.lock else brand.accent
    return Palette(accent=accent, series=_SERIES if report.theme.lock else brand.series)


def heat_steps(palette: Palette) -> list[str]:
    """Return the seven grounds of a heat table, solid, because PDF readers differ in how they show transparency."""
    return [_mix(palette.series[0], palette.surface, share) for share in (0, 0.07, 0.14, 0.2, 0.27, 0.34, 0.4)]


def _mix(color: str, ground: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(ground), strict=True)
    return "#" + "".join(f"{round(top * share + under * (1 - share)):02x}" for top, under in pairs)


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
