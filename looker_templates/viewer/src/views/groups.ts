// The values of a breakdown that a chart has room for: the largest ones, the rest as "Other" where it may be added up.

import { isAdditiveField, valueText, type Context } from "../context";
import { sumOf, type Row } from "./frame";
import { say } from "./words";

export interface Group {
  /** undefined for "Other". */
  readonly key: string | null | undefined;
  readonly label: string;
  readonly color: number;
  readonly size: number;
  readonly along: (dimension: string, slots: readonly { readonly key: string }[]) => (number | null)[];
}

/** `other`: whether the rest is drawn; the sum of many lines would flatten the named ones. */
export function topValues(rows: readonly Row[], breakdown: string, metric: string, limit: number, context: Context, other = true): Group[] {
  const found = new Map<string | null, Row[]>();
  for (const row of rows) {
    const key = row.text(breakdown);
    const list = found.get(key);
    if (list) list.push(row);
    else found.set(key, [row]);
  }
  const additive = isAdditiveField(context, metric);
  const rests = additive && other;
  const measured = [...found].flatMap(([key, list]) => {
    const values = list.map((row) => row.number(metric));
    const sum = sumOf(values);
    return sum === null ? [] : [{ key, list, size: additive ? sum : sum / values.filter((value) => value !== null).length }];
  });
  measured.sort((left, right) => right.size - left.size || (left.key ?? "").localeCompare(right.key ?? ""));
  const shown = measured.length > limit && rests ? measured.slice(0, limit - 1) : measured.slice(0, limit);
  const names = shown.flatMap((one) => (one.key === null ? [] : [one.key]));
  const colors = context.colors.assign(breakdown, names);
  const groups: Group[] = shown.map((one) => ({
    key: one.key,
    label: valueText(context, breakdown, one.key),
    color: one.key === null ? -1 : (colors[names.indexOf(one.key)] ?? -1),
    size: one.size,
    along: alongOf(one.list, metric),
  }));
  const rest = rests ? measured.slice(shown.length) : [];
  if (rest.length > 0) {
    const list = rest.flatMap((one) => one.list);
    groups.push({ key: undefined, label: say(context.locale, "otherOf", rest.length), color: -1, size: rest.reduce((sum, one) => sum + one.size, 0), along: alongOf(list, metric) });
  }
  return groups;
}

/** How many values of a breakdown a chart leaves out without an "Other". */
export const leftOut = (rows: readonly Row[], breakdown: string, groups: readonly Group[]): number =>
  groups.some((group) => group.key === undefined) ? 0 : Math.max(0, new Set(rows.map((row) => row.text(breakdown))).size - groups.length);

function alongOf(rows: readonly Row[], metric: string): Group["along"] {
  return (dimension, slots) => {
    const sums = new Map<string, number>();
    for (const row of rows) {
      const value = row.number(metric);
      const key = row.text(dimension) ?? "";
      if (value !== null) sums.set(key, (sums.get(key) ?? 0) + value);
    }
    return slots.map((slot) => sums.get(slot.key) ?? null);
  };
}

