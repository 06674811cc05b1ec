// What every view needs besides the answers: the report, its fields' labels, the locale and the colours of values.

import { dateFormat, regionNames } from "./intl";
import { cardDay, fromWire, type Day } from "./dates";
import { intlOf } from "./locales";
import { formatNumber, isAdditive, kindOf } from "./numbers";
import type { Report, Text } from "./report";
import type { PageState } from "./requests";
import { grainOf, periodText } from "./views/periods";
import { codeWord } from "./views/status";
import { say } from "./views/words";
import type { Units } from "./units";
import { toNumber, type SchemaField, type Value } from "./wire";

export interface Context {
  readonly report: Report;
  readonly locale: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
  readonly state: PageState;
  readonly colors: ColorBook;
  /** What values of other metrics are in, and which way is good. */
  readonly units: Units;
  /** Today where the numbers are counted: a day that is not over. */
  readonly today: Day;
}

/** A text of the template in the report's language, else in the language without its region, else in English. */
export function textOf(text: Text | undefined, locale: string): string {
  if (text === undefined || typeof text === "string") return text ?? "";
  return text[locale] ?? text[locale.split("-")[0] ?? "en"] ?? text["en"] ?? Object.values(text)[0] ?? "";
}

/** The report's own label where it has one in this language, else the catalogue's in this language. */
export function labelOf(context: Context, field: string): string {
  const own = context.report.fields[field]?.label;
  const known = context.fields.get(field)?.label;
  return (known && !speaks(own, context.locale) ? known : textOf(own, context.locale)) || field;
}

const speaks = (text: Text | undefined, locale: string): boolean =>
  typeof text === "string" || (text !== undefined && (locale in text || (locale.split("-")[0] ?? "en") in text));

export const isAdditiveField = (context: Context, field: string): boolean => isAdditive(context.fields.get(field));

// 4 January 1970 was a Sunday, which is day 0.
const weekday = (day: number, locale: string): string =>
  dateFormat(intlOf(locale), { weekday: "long", timeZone: "UTC" }).format((3 + day) * 86_400_000);

/** A dimension's value as a reader sees it; null stays null in filters and exports. */
export function valueText(context: Context, field: string, value: Value): string {
  const { locale } = context;
  if (value === null || value === "") return say(locale, "notSet");
  if (typeof value === "boolean") return say(locale, value ? "yes" : "no");
  const text = String(value);
  const type = context.fields.get(field)?.semantics.semanticType;
  if (type === "BOOLEAN" && /^(true|false)$/i.test(text)) return say(locale, text.toLowerCase() === "true" ? "yes" : "no");
  if (type === "DAY_OF_WEEK" && /^[0-6]$/.test(text)) return weekday(Number(text), locale);
  if (type === "COUNTRY_CODE") return countryName(text, locale);
  if (field === "metric_label") return context.units.nameOf(text) ?? text;
  const word = codeWord(field, text);
  if (word) return say(locale, word);
  const known = context.fields.get(field);
  const number = known?.dataType === "NUMBER" && grainOf(field) === null ? toNumber(text) : null;
  return number === null ? (dateText(field, type, text, locale) ?? text) : formatNumber(number, kindOf(known), "table", locale);
}

const DAY_TYPES = new Set(["YEAR_MONTH_DAY", "YEAR_MONTH_DAY_SECOND"]);

/** Calendar values and moments, as a table writes them. */
function dateText(field: string, type: string | undefined, text: string, locale: string): string | null {
  if (!type || !DAY_TYPES.has(type)) return periodText(field, text, locale);
  const day = fromWire(text.slice(0, 8));
  if (!day) return null;
  return cardDay(day, locale) + (text.length >= 12 ? `, ${text.slice(8, 10)}:${text.slice(10, 12)}` : "");
}

/** A country by its code of two letters, in the report's language. */
export function countryName(code: string, locale: string): string {
  try {
    return regionNames(intlOf(locale)).of(code) ?? code;
  } catch {
    return code;
  }
}

// Crimson comes last: a status colour may stand near it.
const FREE = [0, 1, 2, 3, 4, 5, 7, 6];

/** A value keeps its colour in every chart: the theme's, else the next free one in order of first appearance. */
export class ColorBook {
  private readonly books = new Map<string, Map<string, number>>();

  constructor(private readonly report: Report) {}

  /** Index of the series colour, from 0. New values of one answer are taken in alphabetical order, not by rank. */
  indexOf(dimension: string, value: string, together: readonly string[]): number {
    let book = this.books.get(dimension);
    if (!book) this.books.set(dimension, (book = new Map()));
    for (const one of [...together].sort()) {
      if (!book.has(one)) book.set(one, this.themed(dimension, one) ?? this.free(dimension, book, together));
    }
    return book.get(value) ?? 0;
  }

  /** The colours of values that stand in one chart: two of them never share one while there are enough. */
  assign(dimension: string, values: readonly string[]): number[] {
    const taken = new Set(values.flatMap((value) => this.themed(dimension, value) ?? []));
    return values.map((value) => {
      const themed = this.themed(dimension, value);
      if (themed !== undefined) return themed;
      const own = this.indexOf(dimension, value, values);
      const index = taken.has(own) ? (FREE.find((one) => !taken.has(one)) ?? own) : own;
      taken.add(index);
      return index;
    });
  }

  /** Gives colours out in the order of the values, as another page did. */
  take(dimension: string, values: readonly string[]): void {
    for (const value of values) this.indexOf(dimension, value, [value]);
  }

  private themed(dimension: string, value: string): number | undefined {
    const colors = Object.entries(this.report.theme.value_colors[dimension] ?? {});
    const found = colors.find(([name]) => name.toLowerCase() === value.toLowerCase());
    return found ? found[1] - 1 : undefined;
  }

  /** A colour that nobody has, if possible one that the theme keeps for nobody else either. */
  private free(dimension: string, book: ReadonlyMap<string, number>, together: readonly string[]): number {
    const taken = new Set([...book.values(), ...together.map((value) => this.themed(dimension, value))]);
    const kept = new Set(Object.values(this.report.theme.value_colors[dimension] ?? {}).map((number) => number - 1));
    return FREE.find((index) => !taken.has(index) && !kept.has(index)) ?? FREE.find((index) => !taken.has(index)) ?? book.size % 8;
  }
}
