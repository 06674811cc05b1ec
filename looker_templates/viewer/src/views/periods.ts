// The calendar dimensions: which periods a range holds, and how each is written on an axis and in a tooltip.

import { dateFormat } from "../intl";
import { shortMonth } from "../date_texts";
import { addDays, axisDay, cardDay, rangeText, tooltipDay, type DateRange, type Day } from "../dates";
import { intlOf } from "../locales";
import { addUnits, unitStart } from "../ranges";
import { say } from "./words";

export type Grain = "hour" | "day" | "week" | "month" | "quarter" | "year";

export interface Slot {
  /** The value as the connector sends it: 20260914, 202637, 202609, 20263, 2026. */
  readonly key: string;
  readonly start: Day;
  readonly end: Day;
  readonly axis: string;
  readonly long: string;
}

const GRAINS: { readonly [dimension: string]: Grain } = {
  date_hour: "hour", date_day: "day", date_week: "week", date_month: "month", date_quarter: "quarter", date_year: "year",
  cohort_month: "month",
};

export const grainOf = (dimension: string): Grain | null => GRAINS[dimension] ?? null;

const pad = (number: number, length = 2): string => String(number).padStart(length, "0");
const year = (day: Day): number => Number(day.slice(0, 4));
const month = (day: Day): number => Number(day.slice(5, 7));
const unitOf = (grain: Grain): Exclude<Grain, "hour"> => (grain === "hour" ? "day" : grain);
const nextStart = (start: Day, grain: Grain): Day => addUnits(start, unitOf(grain), 1);

/** The week's number and the year that most of its days are in. */
function weekKey(start: Day): string {
  const thursday = addDays(start, 3);
  const first = unitStart(`${thursday.slice(0, 4)}-01-04`, "week");
  const weeks = (Date.parse(start) - Date.parse(first)) / (7 * 86_400_000);
  return `${thursday.slice(0, 4)}${pad(Math.round(weeks) + 1)}`;
}

function keyOf(start: Day, grain: Grain): string {
  switch (grain) {
    case "hour":
    case "day": return start.replaceAll("-", "");
    case "week": return weekKey(start);
    case "month": return start.slice(0, 4) + start.slice(5, 7);
    case "quarter": return `${start.slice(0, 4)}${Math.ceil(month(start) / 3)}`;
    case "year": return start.slice(0, 4);
  }
}

/** Every period that the range touches, in order: those without a row stay gaps. */
export function slotsOf(range: DateRange, grain: Grain, locale: string): Slot[] {
  const slots: Slot[] = [];
  for (let start = unitStart(range.start, unitOf(grain)); start <= range.end; start = nextStart(start, grain)) {
    const end = addDays(nextStart(start, grain), -1);
    const key = keyOf(start, grain);
    if (grain === "hour") slots.push(...hoursOf(start, locale));
    else slots.push({ key, start, end, axis: axisText(start, grain, slots.length === 0, locale), long: longText(start, end, key, grain, locale) });
  }
  return slots;
}

const hoursOf = (day: Day, locale: string): Slot[] =>
  Array.from({ length: 24 }, (_, hour) => ({
    key: `${keyOf(day, "hour")}${pad(hour)}`, start: day, end: day,
    axis: hour === 0 ? axisDay(day, locale) : `${pad(hour)}:00`, long: `${tooltipDay(day, locale)}, ${pad(hour)}:00`,
  }));

const monthText = (day: Day, options: Intl.DateTimeFormatOptions, locale: string): string =>
  dateFormat(locale.startsWith("en") ? "en-US" : intlOf(locale), { ...options, timeZone: "UTC" }).format(Date.parse(day));

function axisText(start: Day, grain: Grain, first: boolean, locale: string): string {
  if (grain === "month") {
    const opens = first || month(start) === 1;
    return shortMonth(start, locale, opens);
  }
  if (grain === "quarter") return say(locale, "quarter", Math.ceil(month(start) / 3), year(start));
  return grain === "year" ? start.slice(0, 4) : axisDay(start, locale);
}

function longText(start: Day, end: Day, key: string, grain: Grain, locale: string): string {
  switch (grain) {
    case "week": return say(locale, "week", Number(key.slice(4)), rangeText({ start, end }, locale));
    case "month": return monthText(start, { month: "long", year: "numeric" }, locale);
    case "quarter": return say(locale, "quarter", Math.ceil(month(start) / 3), year(start));
    case "year": return start.slice(0, 4);
    default: return tooltipDay(start, locale);
  }
}

/** A calendar value on its own, as a table writes it; null if it is none. */
export function periodText(dimension: string, value: string, locale: string): string | null {
  const grain = grainOf(dimension);
  const start = grain && startOf(value, grain);
  if (!grain || !start) return null;
  if (grain === "hour") return `${cardDay(start, locale)}, ${value.slice(8)}:00`;
  if (grain === "day") return cardDay(start, locale);
  if (grain === "month") return shortMonth(start, locale, true);
  return longText(start, addDays(nextStart(start, grain), -1), value, grain, locale);
}

function startOf(key: string, grain: Grain): Day | null {
  const at = key.slice(0, 4);
  if (!/^\d{4,10}$/.test(key)) return null;
  switch (grain) {
    case "hour":
    case "day": return `${at}-${key.slice(4, 6)}-${key.slice(6, 8)}`;
    case "week": return addDays(unitStart(`${at}-01-04`, "week"), 7 * (Number(key.slice(4)) - 1));
    case "month": return `${at}-${key.slice(4, 6)}-01`;
    case "quarter": return `${at}-${pad(Number(key.slice(4)) * 3 - 2)}-01`;
    case "year": return `${at}-01-01`;
  }
}
