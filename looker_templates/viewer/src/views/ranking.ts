// The answers of a bar chart or a donut → entries in order, the rest as "Other" where values may be added up.

import { isAdditiveField, labelOf, valueText, type Context } from "../context";
import { formatNumber, type Kind } from "../numbers";
import type { Bar, Donut } from "../report";
import { dimensionsOf, frameOf, kindFor, rowsOf, sumOf, titleOf, write, type Answers, type Row } from "./frame";
import { goalOf, type ItemGoal } from "./goal";
import { naturally } from "./order";
import { inSentence, say } from "./words";

export interface Entry {
  /** The value to filter by; undefined for "Other". */
  readonly key: string | null | undefined;
  readonly label: string;
  /** The length of the bar: the metric, or the sum of those that are stacked. */
  readonly value: number;
  readonly parts: readonly (number | null)[];
  readonly text: string;
  readonly share: string | null;
  readonly few: boolean;
  /** Other values of this dimension are chosen, this one is not. */
  readonly dimmed: boolean;
  readonly color: number;
}

export interface Measure {
  readonly field: string;
  readonly label: string;
  readonly kind: Kind;
}

export interface RankingView {
  readonly title: string;
  readonly dimension: string;
  readonly dimensionLabel: string;
  readonly measures: readonly Measure[];
  readonly stacked: boolean;
  readonly entries: readonly Entry[];
  /** Every value with its own row, for the table twin. */
  readonly all: readonly Entry[];
  readonly total: number | null;
  readonly goal: ItemGoal | null;
  /** What the chart leaves out, in words. */
  readonly note: string | null;
  readonly empty: boolean;
  /** Rows exist, but none has a value of the dimension, or none has a value of the metric. */
  readonly missing: "dimension" | "metric" | null;
}

interface Found {
  readonly key: string | null;
  readonly row: Row;
  readonly value: number;
  readonly parts: readonly (number | null)[];
  readonly count: number | null;
}

export function rankingView(item: Bar | Donut, answers: Answers, context: Context): RankingView {
  const dimension = dimensionsOf(item, context)[0] ?? "";
  const metric = item.metrics[0] ?? "";
  const rows = frameOf(item, answers, context);
  const found = findRows(item, rows, dimension);
  sortRows(item, found, dimension);
  const total = sumOf(item.type === "bar" && item.stacked ? totals(item.metrics, answers) : totals([metric], answers));
  const additive = item.metrics.every((one) => isAdditiveField(context, one)) && !inNaturalOrder(item, dimension);
  const shown = additive && found.length > item.limit ? found.slice(0, item.limit - 1) : found.slice(0, item.limit);
  const left = found.slice(shown.length);
  const make = entryMaker(item, dimension, shown, additive ? total : null, context);
  const all = found.map((one) => make(one.key, valueText(context, dimension, one.key), one.parts, one.value, one.count));
  const entries = all.slice(0, shown.length);
  if (additive && left.length > 0) {
    const parts = item.metrics.map((_, at) => sumOf(left.map((one) => one.parts[at] ?? null)));
    entries.push(make(undefined, say(context.locale, "otherOf", left.length), parts, left.reduce((sum, one) => sum + one.value, 0), null));
  }
  // Whoever filters by "(not set)" wants to see that bar.
  const allNull = found.length > 0 && found.every((one) => one.key === null) && !context.state.filters[dimension]?.includes(null);
  return {
    title: titleOf(item, context),
    dimension,
    dimensionLabel: labelOf(context, dimension),
    measures: item.metrics.map((one) => ({ field: one, label: labelOf(context, one), kind: kindFor(context, one) })),
    stacked: item.type === "bar" && item.stacked && item.metrics.length > 1,
    entries,
    all,
    total,
    goal: item.type === "bar" ? goalOf(item.goal, metric, answers, context) : null,
    note: noteOf(item, entries, additive ? 0 : left.length, found.length, context),
    empty: rows.length === 0,
    missing: rows.length === 0 ? null : allNull ? "dimension" : found.length === 0 ? "metric" : null,
  };
}

const totals = (metrics: readonly string[], answers: Answers): (number | null)[] =>
  metrics.map((metric) => rowsOf(answers.total)[0]?.number(metric) ?? null);

function findRows(item: Bar | Donut, rows: readonly Row[], dimension: string): Found[] {
  const stacked = item.type === "bar" && item.stacked;
  return rows.flatMap((row) => {
    const parts = item.metrics.map(row.number);
    const value = stacked ? sumOf(parts) : (parts[0] ?? null);
    const count = item.type === "bar" && item.min_n ? row.number(item.min_n.metric) : null;
    return value === null ? [] : [{ key: row.text(dimension), row, value, parts, count }];
  });
}

const sortKey = (item: Bar | Donut) => (item.type === "bar" ? item.sort[0] : undefined);

/** Sorted by the dimension itself: scores from 0 to 10, sizes, months. */
const inNaturalOrder = (item: Bar | Donut, dimension: string): boolean => sortKey(item)?.field === dimension;

function sortRows(item: Bar | Donut, found: Found[], dimension: string): void {
  const key = sortKey(item);
  const sign = key?.order === "asc" ? 1 : -1;
  const natural = inNaturalOrder(item, dimension);
  const of = (one: Found): number => (key && item.metrics.includes(key.field) && !(item.type === "bar" && item.stacked) ? (one.row.number(key.field) ?? 0) : one.value);
  found.sort((left, right) =>
    natural ? sign * naturally(left.key, right.key) : sign * (of(left) - of(right)) || naturally(left.key, right.key),
  );
}

type EntryMaker = (key: string | null | undefined, label: string, parts: readonly (number | null)[], value: number, count: number | null) => Entry;

function entryMaker(item: Bar | Donut, dimension: string, shown: readonly Found[], total: number | null, context: Context): EntryMaker {
  const names = shown.flatMap((one) => (one.key === null ? [] : [one.key]));
  const colors = item.type === "donut" ? context.colors.assign(dimension, names) : [];
  const chosen = context.state.filters[dimension] ?? [];
  const metric = item.metrics[0] ?? "";
  const one = item.metrics.length === 1;
  return (key, label, parts, value, count) => ({
    key, label, value, parts,
    text: write(context, metric, value),
    share: one && total ? shareText(value / total, context) : null,
    few: item.type === "bar" && item.min_n !== undefined && count !== null && count < item.min_n.n,
    dimmed: chosen.length > 0 && (key === undefined || !chosen.includes(key)),
    color: typeof key === "string" ? (colors[names.indexOf(key)] ?? -1) : -1,
  });
}

export const shareText = (share: number, context: Context): string => formatNumber(share, "percent", "table", context.locale);

function noteOf(item: Bar | Donut, entries: readonly Entry[], cut: number, all: number, context: Context): string | null {
  const minimum = item.type === "bar" ? item.min_n : undefined;
  const few = minimum && entries.some((entry) => entry.few);
  const parts = [
    cut > 0 ? say(context.locale, "firstOf", entries.length, all) : "",
    few ? say(context.locale, "fewBars", minimum.n, inSentence(labelOf(context, minimum.metric), context.locale)) : "",
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : null;
}
