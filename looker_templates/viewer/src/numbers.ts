// How each kind of number is written. The kind comes from the field's semantic type, the locale from the report.

import type { SchemaField } from "./wire";

export type Kind = "count" | "percent" | "duration" | "ratio" | { readonly currency: string };
export type Place = "card" | "table" | "axis";

export const NO_VALUE = "–";

export function kindOf(field: SchemaField | undefined): Kind {
  const type = field?.semantics.semanticType ?? "NUMBER";
  if (type === "PERCENT") return "percent";
  if (type === "DURATION") return "duration";
  if (type.startsWith("CURRENCY_")) return { currency: type.slice("CURRENCY_".length) };
  return isAdditive(field) ? "count" : "ratio";
}

/** Whether values may be added up again: Looker Studio's own flags say so. */
export const isAdditive = (field: SchemaField | undefined): boolean =>
  field?.defaultAggregationType === "SUM" && field.semantics.isReaggregatable !== false;

export function formatNumber(value: number | null, kind: Kind, place: Place, locale: string): string {
  if (value === null) return NO_VALUE;
  if (kind === "count") return formatCount(value, place, locale);
  if (kind === "percent") return percent(value, place === "axis" ? 0 : 1, locale);
  if (kind === "duration") return formatDuration(value, place);
  if (kind === "ratio") return decimal(value, 1, locale);
  return money(value, kind.currency, place, locale);
}

function formatCount(value: number, place: Place, locale: string): string {
  const compact = place === "axis" ? Math.abs(value) >= 1000 : place === "card" && Math.abs(value) > 99_999;
  const options: Intl.NumberFormatOptions = compact
    ? { notation: "compact", maximumFractionDigits: 1 }
    : { maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale, options).format(value);
}

const decimal = (value: number, digits: number, locale: string): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

const percent = (value: number, digits: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

function money(value: number, currency: string, place: Place, locale: string): string {
  const digits = Math.abs(value) >= 1000 ? 0 : 2;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...(place === "axis" ? { notation: "compact", maximumFractionDigits: 1 } : { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  }).format(value);
}

/** Two units, `54 s`, `1 min 54 s`, `2 h 05 min`, `3 d 4 h`; on an axis the largest one. Rounded to the smaller unit first. */
export function formatDuration(seconds: number, place: Place): string {
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds));
  const minutes = Math.round(whole / 60);
  const hours = Math.round(whole / 3600);
  if (whole < 60) return `${sign}${whole} s`;
  if (whole < 3600) return sign + two(Math.floor(whole / 60), "min", whole % 60, "s", place);
  if (minutes < 1440) return sign + two(Math.floor(minutes / 60), "h", minutes % 60, "min", place, 2);
  return sign + two(Math.floor(hours / 24), "d", hours % 24, "h", place);
}

function two(large: number, largeUnit: string, small: number, smallUnit: string, place: Place, pad = 1): string {
  const first = `${large} ${largeUnit}`;
  return small === 0 || place === "axis" ? first : `${first} ${String(small).padStart(pad, "0")} ${smallUnit}`;
}

export type Tone = "good" | "bad" | "neutral";
export interface Change {
  readonly text: string;
  readonly arrow: "up" | "down" | "flat";
  readonly tone: Tone;
  readonly words: string;
}

/** A change under 0.5 % is neutral; that of a percentage is in points, never "% of %". */
export function changeOf(now: number | null, before: number | null, kind: Kind, direction: "up" | "down" | "neutral", locale: string): Change | null {
  if (now === null || before === null) return null;
  const inPoints = kind === "percent";
  if (!inPoints && before === 0) return null;
  const amount = inPoints ? (now - before) * 100 : ((now - before) / Math.abs(before)) * 100;
  const size = decimal(Math.abs(amount), Math.abs(amount) >= 99.95 ? 0 : 1, locale);
  const unit = inPoints ? " pp" : "%";
  if (Math.abs(amount) < 0.5) return { text: `${size}${unit}`, arrow: "flat", tone: "neutral", words: "almost unchanged" };
  const rising = amount > 0;
  const tone: Tone = direction === "neutral" ? "neutral" : rising === (direction === "up") ? "good" : "bad";
  const verdict = { good: ", better", bad: ", worse", neutral: "" }[tone];
  return {
    text: `${rising ? "+" : "−"}${size}${unit}`,
    arrow: rising ? "up" : "down",
    tone,
    words: `${rising ? "up" : "down"} ${size} ${inPoints ? "percentage points" : "percent"}${verdict}`,
  };
}

export type GoalStatus = "good" | "watch" | "bad";

/** Reached, within `near` of the target, or further off. */
export function goalStatus(value: number, goal: { readonly target: number; readonly direction: "up" | "down"; readonly near: number }): GoalStatus {
  const reached = goal.direction === "up" ? value >= goal.target : value <= goal.target;
  if (reached) return "good";
  return Math.abs(value - goal.target) <= goal.near * Math.abs(goal.target) ? "watch" : "bad";
}
