"""The named periods of a date range control, seen from today; the viewer's `src/presets.ts` is the twin.

Rolling days leave today out because it is not over; rolling weeks (from Monday) and months are whole ones.
"""

from datetime import date, timedelta

from looker_templates.controls import DateRangeControl, Preset
from looker_templates.parts import Unit
from looker_templates.ranges import Days, add_units, unit_start
from looker_templates.spec import Report

_ROLLING = {"last_7_days": 7, "last_28_days": 28, "last_90_days": 90}
_WHOLE: dict[str, tuple[Unit, int]] = {
    "last_12_weeks": ("week", 12),
    "last_12_months": ("month", 12),
    "last_full_month": ("month", 1),
    "last_full_quarter": ("quarter", 1),
}


def preset_range(name: Preset, today: date) -> Days:
    """Give the first and the last day of a named period."""
    if name in _ROLLING:
        return today - timedelta(days=_ROLLING[name]), today - timedelta(days=1)
    if name in _WHOLE:
        unit, count = _WHOLE[name]
        now = unit_start(today, unit)
        return add_units(now, unit, -count), now - timedelta(days=1)
    return unit_start(today, "month" if name == "this_month" else "year"), today


def period_control(report: Report) -> DateRangeControl | None:
    """Return the control of the report's period."""
    return next((one for one in report.controls if isinstance(one, DateRangeControl)), None)


def default_range(report: Report, today: date) -> Days:
    """Give the period that the report shows before anybody chooses."""
    control = period_control(report)
    return within(preset_range(control.default if control else "last_28_days", today), control)


def within(days: Days, control: DateRangeControl | None) -> Days:
    """Cut a period at its beginning where it is longer than the control allows."""
    if control is None or control.max_days is None:
        return days
    return max(days[0], days[1] - timedelta(days=control.max_days - 1)), days[1]
