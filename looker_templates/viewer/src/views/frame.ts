// The rows that an item draws: those of its answer, or of the two sides of its blend, that its `keep` conditions leave.

import { labelOf, textOf, type Context } from "../context";
import { itemDimensions, type DataItem } from "../fields";
import type { DateRange } from "../dates";
import { formatNumber, kindOf, type Kind, type Place } from "../numbers";
import { earlierRange, ownRange } from "../ranges";
import type { Blend, Keep } from "../report";
import type { Purpose } from "../requests";
import { toNumber, toText, type DataAnswer, type Value } from "../wire";
import { compute } from "./formula";

/** Answers by purpose; `every` has them all where several were asked for the same one. */
export type Answers = { readonly [purpose in Purpose]?: DataAnswer } & {
  readonly every?: { readonly [purpose in Purpose]?: readonly DataAnswer[] };
};

export interface Row {
  readonly text: (field: string) => string | null;
  readonly number: (field: string) => number | null;
}

/** The rows of one answer; a field that it lacks is null everywhere. */
export function rowsOf(answer: DataAnswer | undefined): Row[] {
  if (!answer) return [];
  const places = new Map(answer.schema.map((field, index) => [field.name, index]));
  const at = (values: readonly Value[], field: string): Value => values[places.get(field) ?? -1] ?? null;
  return answer.rows.map(({ values }) => ({
    text: (field) => toText(at(values, field)),
    number: (field) => toNumber(at(values, field)),
  }));
}

export function frameOf(item: DataItem, answers: Answers, context: Context): Row[] {
  const blend = item.blend ? context.report.blends.find((one) => one.id === item.blend) : undefined;
  const rows = blend ? blended(blend, answers, context) : rowsOf(answers.main);
  return item.keep.length > 0 ? rows.filter((row) => item.keep.every((one) => keeps(row, one))) : rows;
}

/** Whether a row meets a condition; a missing value meets none. */
export function keeps(row: Row, keep: Keep): boolean {
  if (keep.values.length > 0) return keep.values.includes(row.text(keep.metric) ?? "");
  const value = row.number(keep.metric);
  if (value === null) return false;
  return (
    (keep.at_least === undefined || value >= keep.at_least) &&
    (keep.above === undefined || value > keep.above) &&
    (keep.at_most === undefined || value <= keep.at_most)
  );
}

function blended(blend: Blend, answers: Answers, context: Context): Row[] {
  const key = (row: Row, fields: readonly string[]): string => JSON.stringify(fields.map(row.text));
  const right = new Map(rowsOf(answers.right).map((row) => [key(row, blend.right.keys), row]));
  const left = rowsOf(answers.left);
  const seen = new Set(left.map((row) => key(row, blend.left.keys)));
  const joined = left.flatMap((row) => {
    const other = right.get(key(row, blend.left.keys));
    return other || blend.join !== "inner" ? [join(blend, row, other, context)] : [];
  });
  const alone = blend.join === "full" ? [...right].filter(([one]) => !seen.has(one)).map(([, row]) => join(blend, undefined, row, context)) : [];
  return [...joined, ...alone];
}

function join(blend: Blend, left: Row | undefined, right: Row | undefined, context: Context): Row {
  const number = (field: string): number | null => {
    const formula = blend.rebuild.includes(field) ? context.fields.get(field)?.formula : undefined;
    if (formula) return compute(formula, number);
    const side = blend.left.metrics.includes(field) ? left : right;
    return side?.number(field) ?? null;
  };
  const text = (field: string): string | null => {
    const at = blend.left.keys.indexOf(field);
    if (left && at >= 0) return left.text(field);
    const other = at >= 0 ? blend.right.keys[at] : field;
    return right?.text(other ?? field) ?? null;
  };
  return { text, number };
}

/** The dimensions on show: a reader may have gone down a drill. */
export const dimensionsOf = (item: DataItem, context: Context): string[] =>
  itemDimensions(item, context.state.drills?.[item.id]?.length ?? 0);

/** The item's own period, or the page's. */
export const rangeOf = (item: DataItem, context: Context): DateRange =>
  item.period ? ownRange(item.period, context.state.end) : { start: context.state.start, end: context.state.end };

export const earlierOf = (item: DataItem, context: Context): DateRange => earlierRange(rangeOf(item, context), context.state.compare);

export const titleOf = (item: DataItem, context: Context): string =>
  textOf(item.title, context.locale) || item.metrics.map((metric) => labelOf(context, metric)).join(", ");

export const kindFor = (context: Context, field: string): Kind => kindOf(context.fields.get(field));

export const write = (context: Context, field: string, value: number | null, place: Place = "table"): string =>
  formatNumber(value, kindFor(context, field), place, context.locale);

export const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null;
};
