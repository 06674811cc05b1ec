// Calendar days as `YYYY-MM-DD` text. Arithmetic runs in UTC, so that no clock change can move a day.

export type Day = string;
export interface DateRange {
  readonly start: Day;
  readonly end: Day;
}

/** Looker Studio always sends a range; this one holds every day of the calendar. */
export const ALL_TIME: DateRange = { start: "2000-01-01", end: "2050-12-31" };

const MS_PER_DAY = 86_400_000;
const toTime = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const toDay = (time: number): Day => new Date(time).toISOString().slice(0, 10);

export const isDay = (text: string | null | undefined): text is Day =>
  text != null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toTime(text)) && toDay(toTime(text)) === text;

export const addDays = (day: Day, count: number): Day => toDay(toTime(day) + count * MS_PER_DAY);

/** How many days the range holds, both ends included. */
export const lengthOf = (range: DateRange): number => (toTime(range.end) - toTime(range.start)) / MS_PER_DAY + 1;

export const daysOf = (range: DateRange): Day[] =>
  Array.from({ length: lengthOf(range) }, (_, index) => addDays(range.start, index));

/** The period of the same length that ends the day before. */
export function earlierRange(range: DateRange): DateRange {
  const end = addDays(range.start, -1);
  return { start: addDays(end, 1 - lengthOf(range)), end };
}

/** Today in a time zone; an unknown zone counts as the reader's own. */
export function todayIn(zone: string | undefined, now: Date): Day {
  const format = (timeZone?: string): string =>
    new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...(timeZone ? { timeZone } : {}) }).format(now);
  try {
    return format(zone);
  } catch {
    return format();
  }
}

export type PresetName =
  | "last_7_days" | "last_28_days" | "last_90_days" | "last_365_days" | "this_month" | "last_full_month" | "this_year";

/** A named period, seen from today; the rolling ones leave today out because it is not over. */
export function presetRange(name: PresetName, today: Day): DateRange {
  const yesterday = addDays(today, -1);
  const last = (days: number): DateRange => ({ start: addDays(today, -days), end: yesterday });
  switch (name) {
    case "last_7_days": return last(7);
    case "last_28_days": return last(28);
    case "last_90_days": return last(90);
    case "last_365_days": return last(365);
    case "this_month": return { start: `${today.slice(0, 7)}-01`, end: today };
    case "this_year": return { start: `${today.slice(0, 4)}-01-01`, end: today };
    case "last_full_month": {
      const end = addDays(`${today.slice(0, 7)}-01`, -1);
      return { start: `${end.slice(0, 7)}-01`, end };
    }
  }
}

export const PRESETS: readonly (readonly [PresetName, string])[] = [
  ["last_7_days", "Last 7 days"],
  ["last_28_days", "Last 28 days"],
  ["last_90_days", "Last 90 days"],
  ["last_365_days", "Last 365 days"],
  ["this_month", "This month"],
  ["last_full_month", "Last month"],
  ["this_year", "This year"],
];

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

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** English is written day first with three-letter months; Intl's own British form says "Sept". */
const isEnglish = (locale: string): boolean => locale.split("-")[0] === "en";
const intl = (locale: string, day: Day, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(toTime(day));
const dayNumber = (day: Day): string => String(Number(day.slice(8)));
const monthName = (day: Day): string => MONTHS[Number(day.slice(5, 7)) - 1] ?? "";

/** Axis: `9 Sep`. */
export const axisDay = (day: Day, locale: string): string =>
  isEnglish(locale) ? `${dayNumber(day)} ${monthName(day)}` : intl(locale, day, { day: "numeric", month: "short" });

/** Card: `9 Sep 2026`. */
export const cardDay = (day: Day, locale: string): string =>
  isEnglish(locale) ? `${axisDay(day, locale)} ${day.slice(0, 4)}` : intl(locale, day, { day: "numeric", month: "short", year: "numeric" });

/** Tooltip: `Wed, 9 Sep 2026`. */
export const tooltipDay = (day: Day, locale: string): string =>
  isEnglish(locale)
    ? `${intl("en", day, { weekday: "short" })}, ${cardDay(day, locale)}`
    : intl(locale, day, { weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** Card: `1–30 Sep 2026`, as short as the two days allow; without `year` the year is left out where both have the same. */
export function rangeText(range: DateRange, locale: string, year = true): string {
  const { start, end } = range;
  const sameYear = start.slice(0, 4) === end.slice(0, 4);
  if (!isEnglish(locale)) {
    const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
    const format = new Intl.DateTimeFormat(locale, year || !sameYear ? { ...options, year: "numeric" } : options);
    return format.formatRange(toTime(start), toTime(end));
  }
  const tail = year || !sameYear ? ` ${end.slice(0, 4)}` : "";
  if (start === end) return `${axisDay(start, locale)}${tail}`;
  if (!sameYear) return `${cardDay(start, locale)} – ${cardDay(end, locale)}`;
  if (start.slice(0, 7) === end.slice(0, 7)) return `${dayNumber(start)}–${axisDay(end, locale)}${tail}`;
  return `${axisDay(start, locale)} – ${axisDay(end, locale)}${tail}`;
}
