// The named periods of a date range control, seen from today. Rolling days leave today out because it is not over;
// rolling weeks (from Monday) and months are whole ones.

import { addDays, type DateRange, type Day } from "./dates";
import { addUnits, unitStart } from "./ranges";
import type { DateRangeControl } from "./report";

export type PresetName = DateRangeControl["default"];

export const PRESETS: readonly PresetName[] = [
  "last_7_days", "last_28_days", "last_90_days", "last_12_weeks", "last_12_months",
  "this_month", "last_full_month", "last_full_quarter", "this_year",
];

export function presetRange(name: PresetName, today: Day): DateRange {
  const last = (days: number): DateRange => ({ start: addDays(today, -days), end: addDays(today, -1) });
  const whole = (unit: "week" | "month" | "quarter", count: number): DateRange => {
    const now = unitStart(today, unit);
    return { start: addUnits(now, unit, -count), end: addDays(now, -1) };
  };
  switch (name) {
    case "last_7_days": return last(7);
    case "last_28_days": return last(28);
    case "last_90_days": return last(90);
    case "last_12_weeks": return whole("week", 12);
    case "last_12_months": return whole("month", 12);
    case "this_month": return { start: unitStart(today, "month"), end: today };
    case "last_full_month": return whole("month", 1);
    case "last_full_quarter": return whole("quarter", 1);
    case "this_year": return { start: unitStart(today, "year"), end: today };
  }
}

/** The range cut at its beginning where it is longer than the control allows. */
export function within(range: DateRange, maxDays: number | undefined): DateRange {
  if (maxDays === undefined) return range;
  const earliest = addDays(range.end, 1 - maxDays);
  return range.start < earliest ? { start: earliest, end: range.end } : range;
}
