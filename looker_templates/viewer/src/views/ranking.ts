// The answers of a bar chart or a donut → entries in order, the rest as "Other" where values may be added up.

import { isAdditiveField, labelOf, OTHER, textOf, valueText, type Context } from "../context";
import { formatNumber, kindOf, type Kind } from "../numbers";
import type { Bar, Donut } from "../report";
import { column, toNumber, toText } from "../wire";
import type { Answers } from "./series";
import type { Twin } from "./twin";

export interface Entry {
  /** The value to filter by; undefined for "Other". */
  readonly key: string | null | undefined;
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly share: string | null;
  readonly few: boolean;
  readonly color: number;
}

export interface RankingView {
  readonly title: string;
  readonly dimension: string;
  readonly dimensionLabel: string;
  readonly metricLabel: string;
  readonly kind: Kind;
  readonly entries: readonly Entry[];
  /** Every value with its own row, for the table twin. */
  readonly all: readonly Entry[];
  readonly total: number | null;
  /** What the chart leaves out, in words. */
  readonly note: string | null;
  readonly empty: boolean;
  /** Rows exist, but none has a value of the dimension, or none has a value of the metric. */
  readonly missing: "dimension" | "metric" | null;
}

interface Found {
  readonly key: string | null;
  readonly value: number;
  readonly count: number | null;
}

export function rankingView(item: Bar | Donut, answers: Answers, context: Context): RankingView {
  const dimension = item.dimensions[0] ?? "";
  const metric = item.metrics[0] ?? "";
  const kind = kindOf(context.fields.get(metric));
  const rows = answers.main?.rows.length ?? 0;
  const found = findRows(item, answers, dimension, metric);
  found.sort((left, right) => order(item) * (left.value - right.value) || (left.key ?? "").localeCompare(right.key ?? ""));
  const total = answers.total ? toNumber(column(answers.total, metric)[0]) : null;
  const additive = isAdditiveField(context, metric);
  const shown = additive && found.length > item.limit ? found.slice(0, item.limit - 1) : found.slice(0, item.limit);
  const left = found.slice(shown.length);
  const names = found.flatMap((one) => (one.key === null ? [] : [one.key]));
  const make = (key: string | null | undefined, label: string, value: number, count: number | null): Entry => ({
    key,
    label,
    value,
    text: formatNumber(value, kind, "table", context.locale),
    share: additive && total ? formatNumber(value / total, "percent", "table", context.locale) : null,
    few: item.type === "bar" && item.min_n !== undefined && count !== null && count < item.min_n.n,
    color: typeof key === "string" ? context.colors.indexOf(dimension, key, names) : -1,
  });
  const all = found.map((one) => make(one.key, valueText(context, dimension, one.key), one.value, one.count));
  const entries = all.slice(0, shown.length);
  if (additive && left.length > 0) {
    entries.push(make(undefined, `${OTHER} (${left.length})`, left.reduce((sum, one) => sum + one.value, 0), null));
  }
  // Whoever filters by "(not set)" wants to see that bar.
  const allNull = found.length > 0 && names.length === 0 && !context.state.filters[dimension]?.includes(null);
  return {
    title: textOf(item.title, context.locale) || labelOf(context, metric),
    dimension,
    dimensionLabel: labelOf(context, dimension),
    metricLabel: labelOf(context, metric),
    kind,
    entries,
    all,
    total,
    note: noteOf(entries, additive ? 0 : left.length, found.length, context),
    empty: rows === 0,
    missing: rows === 0 ? null : allNull ? "dimension" : found.length === 0 ? "metric" : null,
  };
}

const order = (item: Bar | Donut): number => (item.type === "bar" && item.sort[0]?.order === "asc" ? 1 : -1);

function findRows(item: Bar | Donut, answers: Answers, dimension: string, metric: string): Found[] {
  if (!answers.main) return [];
  const values = column(answers.main, metric).map(toNumber);
  const counts = item.type === "bar" && item.min_n ? column(answers.main, item.min_n.metric).map(toNumber) : [];
  return column(answers.main, dimension).flatMap((key, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [{ key: toText(key), value, count: counts[index] ?? null }];
  });
}

function noteOf(entries: readonly Entry[], cut: number, all: number, context: Context): string | null {
  const few = entries.filter((entry) => entry.few).length;
  const parts = [
    cut > 0 ? `The first ${entries.length} of ${formatNumber(all, "count", "table", context.locale)}; the table view has all.` : "",
    few > 0 ? "Pale bars rest on fewer than 30 tickets." : "",
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : null;
}

export function rankingSummary(view: RankingView): string {
  const tell = view.entries.slice(0, 3).map((entry) => `${entry.label} ${entry.text}${entry.share ? ` (${entry.share})` : ""}`);
  return `${view.title}: ${tell.join(", ")}${view.entries.length > 3 ? `, and ${view.entries.length - 3} more` : ""}.`;
}

export function rankingTwin(view: RankingView): Twin {
  const shares = view.all.some((entry) => entry.share !== null);
  return {
    columns: [view.dimensionLabel, view.metricLabel, ...(shares ? ["Share"] : [])],
    rows: view.all.map((entry) => [entry.label, entry.text, ...(shares ? [entry.share ?? ""] : [])]),
    raw: view.all.map((entry) => [
      entry.key ?? null,
      entry.value,
      ...(shares ? [view.total ? entry.value / view.total : null] : []),
    ]),
  };
}
