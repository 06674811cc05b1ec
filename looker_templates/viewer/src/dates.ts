// Calendar days as `YYYY-MM-DD` text. Arithmetic runs in UTC, so that no clock change can move a day.

import { MS_PER_DAY, toDay, toTime, type Day } from "./days";
import { dateFormat } from "./intl";

export type { Day } from "./days";
export interface DateRange {
  readonly start: Day;
  readonly end: Day;
}

/** Looker Studio always sends a range; this one holds every day of the calendar. */
export const ALL_TIME: DateRange = { start: "2000-01-01", end: "2050-12-31" };

export const isDay = (text: string | null | undefined): text is Day =>
  text != null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toTime(text)) && toDay(toTime(text)) === text;

export const addDays = (day: Day, count: number): Day => toDay(toTime(day) + count * MS_PER_DAY);

/** How many days the range holds, both ends included. */
export const lengthOf = (range: DateRange): number => (toTime(range.end) - toTime(range.start)) / MS_PER_DAY + 1;

export const daysOf = (range: DateRange): Day[] =>
  Array.from({ length: lengthOf(range) }, (_, index) => addDays(range.start, index));

/** Today in a time zone; an unknown zone counts as the reader's own. */
export function todayIn(zone: string | undefined, now: Date): Day {
  // A browser takes long to make its first formatter, and the first request waits for this day.
  if (zone === "UTC") return toDay(now.getTime());
  const format = (timeZone?: string): string =>
    dateFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...(timeZone ? { timeZone } : {}) }).format(now);
  try {
    return format(zone);
  } catch {
    return format();
  }
}

/**
 * The period to offer when `range` is empty: as long as the one asked for, and ending on the latest
 * day with data before it, or else beginning on the earliest one after it.
 */
export function nearestRange(days: readonly Day[], range: DateRange): DateRange | null {
  const sorted = [...days].sort();
  const before = sorted.filter((day) => day < range.start).at(-1);
  const after = sorted.find((day) => day > range.end);
  const reach = lengthOf(range) - 1;
  if (before !== undefined) return { start: addDays(before, -reach), end: before };
  return after === undefined ? null : { start: after, end: addDays(after, reach) };
}

/** `20250314` as the connector sends it, or null. */
export function fromWire(value: unknown): Day | null {
  const text = String(value ?? "");
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  return text.length === 8 && isDay(day) ? day : null;
}

export { axisDay, cardDay, rangeText, tooltipDay } from "./date_texts";
export { earlierRange } from "./ranges";
