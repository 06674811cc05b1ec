// How each kind of number is written. The kind comes from the field, the locale from the report.

import { numberFormat } from "./intl";
import { intlOf } from "./locales";
import { phrase } from "./phrases";
import type { SchemaField } from "./wire";

/** `decimal` is a number of no other kind: an average, a rank. With `digits`, the digits are fixed. */
export type Kind =
  | "count" | "percent" | "duration" | "ratio" | "score" | "decimal" | "compact"
  | { readonly currency: string; readonly digits?: number }
  | { readonly percent: number }
  | { readonly digits: number };
export type Place = "card" | "table" | "axis";

export const NO_VALUE = "–";

const RATIO = /(_ratio|^roas|^roi|_lift)$/;
const SCORE = /^nps_score(_90d)?$/;

export function kindOf(field: SchemaField | undefined): Kind {
  if (field?.kind !== undefined) return field.kind;
  const type = field?.semantics.semanticType ?? "NUMBER";
  if (type === "PERCENT") return "percent";
  if (type === "DURATION") return "duration";
  if (type.startsWith("CURRENCY_")) return { currency: type.slice("CURRENCY_".length) };
  if (isAdditive(field)) return "count";
  const name = field?.name ?? "";
  return SCORE.test(name) ? "score" : RATIO.test(name) ? "ratio" : "decimal";
}

/** Whether values may be added up again: Looker Studio's own flags say so. */
export const isAdditive = (field: SchemaField | undefined): boolean =>
  field?.defaultAggregationType === "SUM" && field.semantics.isReaggregatable !== false;

/** A table's column has one number of digits: that of its largest value. */
export function kindOfColumn(kind: Kind, values: readonly (number | null)[]): Kind {
  const known = values.filter((value) => value !== null).map(Math.abs);
  const most = Math.max(0, ...known);
  if (kind === "decimal") return { digits: most >= 1000 || known.every(Number.isInteger) ? 0 : 1 };
  if (typeof kind !== "object" || !("currency" in kind) || kind.digits !== undefined) return kind;
  return { currency: kind.currency, digits: most > 1000 ? 0 : 2 };
}

export function formatNumber(value: number | null, kind: Kind, place: Place, locale: string): string {
  if (value === null) return NO_VALUE;
  if (kind === "duration") return formatDuration(value, place, locale);
  const text = typeof kind === "object" && "currency" in kind ? money(value, kind, place, locale) : plain(value, kind, place, locale);
  // Intl writes most minus signs as hyphens.
  return text.replace("-", "−");
}

function plain(value: number, kind: Exclude<Kind, "duration" | { currency: string }>, place: Place, locale: string): string {
  switch (kind) {
    case "count": return count(value, place, locale);
    case "percent": return write(value, locale, { style: "percent", ...digits(place === "axis" ? 0 : 1) });
    case "ratio": return `${write(value, locale, place === "axis" ? { maximumFractionDigits: 1 } : digits(1))}×`;
    case "score": return write(value, locale, { maximumFractionDigits: 0, signDisplay: place === "axis" ? "auto" : "exceptZero" });
    case "compact": return write(value, locale, COMPACT);
    case "decimal": return Math.abs(value) >= 1000 ? count(value, place, locale) : write(value, locale, { maximumFractionDigits: 1 });
    default:
      if ("percent" in kind) return write(value, locale, { style: "percent", ...digits(kind.percent) });
      return write(value, locale, place === "axis" && Math.abs(value) >= 1000 ? COMPACT : digits(kind.digits));
  }
}

const COMPACT: Intl.NumberFormatOptions = { notation: "compact", maximumFractionDigits: 1 };
const digits = (count: number): Intl.NumberFormatOptions => ({ minimumFractionDigits: count, maximumFractionDigits: count });

function write(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  // A rounded zero has no sign.
  const text = numberFormat(intlOf(locale), options).format(value);
  return /^-[0.,]*$/.test(text.replace(/[%\s]/g, "")) ? text.replace("-", "") : text;
}

function count(value: number, place: Place, locale: string): string {
  const compact = place === "axis" ? Math.abs(value) >= 1000 : place === "card" && Math.abs(value) > 99_999;
  return write(value, locale, compact ? COMPACT : { maximumFractionDigits: 0 });
}

function money(value: number, kind: { readonly currency: string; readonly digits?: number }, place: Place, locale: string): string {
  const whole = Math.abs(value) >= 1000 ? 0 : 2;
  const short = place === "axis" || (place === "card" && kind.digits === undefined && Math.abs(value) >= 1_000_000);
  return write(value, locale, {
    style: "currency",
    currency: kind.currency,
    currencyDisplay: "narrowSymbol",
    ...(short ? { ...COMPACT, minimumFractionDigits: 0 } : digits(kind.digits ?? whole)),
  });
}

const DAY = 86_400;

/** Two units, `54 s`, `1 min 54 s`, `2 h 05 min`, `3 d 4 h`; on an axis the largest one. Rounded to the smaller unit first. */
export function formatDuration(seconds: number, place: Place, locale = "en"): string {
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds));
  const minutes = Math.round(whole / 60);
  const hours = Math.round(whole / 3600);
  const [s, min, h, d] = phrase(locale, "durationUnits").split("|") as [string, string, string, string];
  // Chinese puts no spaces between numbers and units.
  const space = locale.startsWith("zh") ? "" : " ";
  const one = (amount: string, unit: string): string => `${amount}${space}${unit}`;
  if (place === "axis") {
    const [length, unit] = whole < 60 ? [1, s] : whole < 3600 ? [60, min] : whole < DAY ? [3600, h] : [DAY, d];
    return sign + one(write(whole / length, locale, { maximumFractionDigits: 1 }), unit);
  }
  const two = (large: number, largeUnit: string, small: number, smallUnit: string, pad = 1): string =>
    sign + one(String(large), largeUnit) + (small === 0 ? "" : space + one(String(small).padStart(pad, "0"), smallUnit));
  if (whole < 60) return sign + one(String(whole), s);
  if (whole < 3600) return two(Math.floor(whole / 60), min, whole % 60, s);
  if (minutes < 1440) return two(Math.floor(minutes / 60), h, minutes % 60, min, 2);
  return two(Math.floor(hours / 24), d, hours % 24, h);
}

export { changeOf, goalStatus, type Change, type GoalStatus, type Tone } from "./changes";
