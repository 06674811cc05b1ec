"""Amounts of metrics as people write and read them: per cent, durations and money beside plain numbers; pure."""

import re

from api.errors import InvalidSettingError
from schemas import FieldType

_NUMBER = re.compile(r"([-−]?\d+(?:[.,]\d+)?)\s*([^\d\s]*)")
_SECONDS = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}


def read_amount(text: str, kind: FieldType, name: str) -> float | None:
    """Return what somebody typed, in the metric's own unit: 82 or 82 % is 0.82, 2 min is 120; empty is None."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").replace("_", "")
    if not plain:
        return None
    if kind is FieldType.DURATION:
        return _duration(plain, name)
    # A comma before exactly three digits separates thousands; any other one is a decimal comma.
    plain = re.sub(r",(?=\d{3}(\D|$))", "", plain)
    found = _NUMBER.fullmatch(plain)
    if found is None or (found[2] and (found[2], kind) != ("%", FieldType.PERCENT)):
        unit = " in per cent" if kind is FieldType.PERCENT else ""
        raise InvalidSettingError(f"{name} must be a number{unit}, not '{text[:40]}'.")
    value = float(found[1].replace(",", ".").replace("−", "-"))
    return round(value / 100, 10) if kind is FieldType.PERCENT else value


def _duration(plain: str, name: str) -> float:
    parts = _NUMBER.findall(plain.lower())
    if not parts or "".join(number + unit for number, unit in parts) != plain.lower():
        raise InvalidSettingError(f"{name} must be a time, such as 90 s, 2 min or 1.5 h, not '{plain[:40]}'.")
    if any(unit not in _SECONDS for _, unit in parts):
        raise InvalidSettingError(f"{name} must be in s, min, h or d, not '{plain[:40]}'.")
    return sum(float(number.replace(",", ".")) * _SECONDS[unit] for number, unit in parts)


def typed_amount(value: float | None, kind: FieldType) -> str:
    """Return an amount as it can be typed again."""
    if value is None:
        return ""
    if kind is FieldType.PERCENT:
        return f"{value * 100:.10g} %"
    return f"{value:.10g} s" if kind is FieldType.DURATION else f"{value:.10g}"


def shown_amount(value: float | None, kind: FieldType, currency: str = "") -> str:
    """Return an amount for reading; a dash where there is none."""
    if value is None:
        return "–"
    match kind:
        case FieldType.PERCENT:
            return f"{value * 100:,.1f} %"
        case FieldType.DURATION:
            return _shown_duration(value)
        case FieldType.CURRENCY:
            return f"{value:,.0f} {currency}".strip() if abs(value) >= 1_000 else f"{value:,.2f} {currency}".strip()
        case _:
            return f"{value:,.0f}" if abs(value) >= 1_000 or value == round(value) else f"{value:,.2f}"


def _shown_duration(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.0f} s"
