"""A brand as a style sheet: values of tokens and nothing else, each made of parts that were checked."""

from api.brands.colours import colour_of, ink_on, lifted, mix
from api.brands.records import FONTS, Brand

_DARK_GROUND, _WHITE = "#151b26", "#ffffff"


def style_sheet(brand: Brand) -> str:
    """Return the tokens of a brand for light and dark pages."""
    accent = colour_of(brand.accent, "accent")
    series = [colour_of(one, "colour of a series") for one in brand.series]
    dark = lifted(accent, _DARK_GROUND, 4.5)
    light_part = _tokens(accent, mix(accent, _WHITE, 0.1), series)
    dark_part = _tokens(dark, mix(dark, _DARK_GROUND, 0.2), [lifted(one, _DARK_GROUND, 3) for one in series])
    font = FONTS[brand.font][1] if brand.font in FONTS else FONTS["inter"][1]
    return (
        f":root{{{light_part}}}\n@media (prefers-color-scheme: dark){{:root{{{dark_part}}}}}\n"
        f"body{{font-family:{font}}}\n"
    )


def _tokens(accent: str, soft: str, series: list[str]) -> str:
    pairs = [("accent", accent), ("accent-ink", ink_on(accent)), ("accent-soft", soft)]
    pairs += [(f"series-{number}", one) for number, one in enumerate(series, start=1)]
    return "".join(f"--{name}:{value};" for name, value in pairs)
