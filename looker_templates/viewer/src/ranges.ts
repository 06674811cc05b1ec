// The periods that a report asks for: the reader's, an item's own, and the one that it is compared with; pure.
// The twin of looker_templates/ranges.py.

import { addDays, lengthOf, type DateRange, type Day } from "./dates";
import type { Period } from "./report";

export type Comparison = "previous_period" | "previous_year";

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The period of the same length that ends the day before, or the same days of the year before. */
export function earlierRange(range: DateRange, compare: Comparison = "previous_period"): DateRange {
  if (compare === "previous_year") return { start: yearBefore(range.start), end: yearBefore(range.end) };
  const end = addDays(range.start, -1);
  return { start: addDays(end, 1 - lengthOf(range)), end };
}

/** An item's own period: whole units, the last one as far as the page's period goes. */
export function ownRange(period: Period, end: Day): DateRange {
  const first = unitStart(end, period.unit);
  const after = addUnits(first, period.unit, 1);
  const until = period.next ? addDays(addUnits(after, period.unit, period.next), -1) : end;
  return { start: period.last ? addUnits(first, period.unit, 1 - period.last) : after, end: until };
}

/** The first day of the unit that a day is in; weeks begin on Monday. */
export function unitStart(day: Day, unit: Period["unit"]): Day {
  if (unit === "day") return day;
  if (unit === "week") return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
  const length = MONTHS[unit];
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / length) * length + 1;
  return `${day.slice(0, 4)}-${String(month).padStart(2, "0")}-01`;
}

/** Moves the first day of a unit by whole units. */
export function addUnits(first: Day, unit: Period["unit"], count: number): Day {
  if (unit === "day" || unit === "week") return addDays(first, count * (unit === "week" ? 7 : 1));
  const months = Number(first.slice(0, 4)) * 12 + Number(first.slice(5, 7)) - 1 + count * MONTHS[unit];
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}-01`;
}

const yearBefore = (day: Day): Day => `${Number(day.slice(0, 4)) - 1}${day.slice(4) === "-02-29" ? "-02-28" : day.slice(4)}`;
