// What every view needs besides the answers: the report, its fields' labels, the locale and the colours of values.

import type { Day } from "./dates";
import { isAdditive } from "./numbers";
import type { Report, Text } from "./report";
import type { PageState } from "./requests";
import type { SchemaField, Value } from "./wire";

export interface Context {
  readonly report: Report;
  readonly locale: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
  readonly state: PageState;
  readonly colors: ColorBook;
  /** Today where the numbers are counted: a day that is not over. */
  readonly today: Day;
}

export const NOT_SET = "(not set)";
export const OTHER = "Other";

/** A text of the template in the report's language, else in the language without its region, else in English. */
export function textOf(text: Text | undefined, locale: string): string {
  if (text === undefined || typeof text === "string") return text ?? "";
  return text[locale] ?? text[locale.split("-")[0] ?? "en"] ?? text["en"] ?? Object.values(text)[0] ?? "";
}

export const labelOf = (context: Context, field: string): string =>
  textOf(context.report.fields[field]?.label, context.locale) || context.fields.get(field)?.label || field;

export const isAdditiveField = (context: Context, field: string): boolean => isAdditive(context.fields.get(field));

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A dimension's value as a reader sees it; null stays null in filters and exports. */
export function valueText(context: Context, field: string, value: Value): string {
  if (value === null || value === "") return NOT_SET;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (context.fields.get(field)?.semantics.semanticType === "DAY_OF_WEEK") return WEEKDAYS[Number(value)] ?? String(value);
  return String(value);
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

  private themed(dimension: string, value: string): number | undefined {
    const colors = Object.entries(this.report.theme.value_colors[dimension] ?? {});
    const found = colors.find(([name]) => name.toLowerCase() === value.toLowerCase());
    return found ? found[1] - 1 : undefined;
  }

  private free(dimension: string, book: ReadonlyMap<string, number>, together: readonly string[]): number {
    const taken = new Set([...book.values(), ...together.map((value) => this.themed(dimension, value))]);
    return FREE.find((index) => !taken.has(index)) ?? book.size % 8;
  }
}
