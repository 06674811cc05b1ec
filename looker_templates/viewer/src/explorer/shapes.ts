// From the chosen fields to the kinds of chart that can show them, and to the items of a template; pure.

import type { Filters } from "../requests";
import type { DataItem } from "../fields";
import type { FixedFilter } from "../report";
import type { Field, Wish } from "./wish";

export const KINDS = {
  kpi: "Number", time_series: "Line", column: "Columns", bar: "Bars", donut: "Donut", heatmap: "Heat map", treemap: "Treemap",
  scatter: "Scatter", geo: "Map", pivot: "Pivot", table: "Table",
} as const;
export type Kind = keyof typeof KINDS;

type Known = ReadonlyMap<string, Field>;

const MOST_LINES = 5;
const MOST_CARDS = 6;

/** Every kind that can draw the fields; the one that fits best comes first. */
export function kindsOf(wish: Wish, known: Known): Kind[] {
  const { metrics, dimensions } = wish;
  if (metrics.length === 0) return dimensions.length > 0 ? ["table"] : [];
  const one = metrics.length === 1;
  if (dimensions.length === 0) return metrics.length <= MOST_CARDS ? ["kpi"] : ["table"];
  const first = known.get(dimensions[0] ?? "");
  const dated = first?.is_date === true;
  const parted = dated && !dimensions.slice(1).some((name) => known.get(name)?.is_date);
  const few = metrics.length <= MOST_LINES;
  if (dimensions.length === 1) {
    if (dated) return [...(few ? (["time_series", "column"] as const) : []), "table"];
    const share: Kind[] = one && !known.get(metrics[0] ?? "")?.type.startsWith("PERCENT") ? ["donut", "treemap"] : [];
    const map: Kind[] = one && first?.type.startsWith("COUNTRY") ? ["geo"] : [];
    return one ? ["bar", ...share, ...map, "table"] : ["table", ...(metrics.length === 2 ? (["scatter"] as const) : [])];
  }
  if (dimensions.length > 2) return ["table"];
  if (!one) return ["table"];
  return parted ? ["time_series", "column", "heatmap", "pivot", "table"] : ["heatmap", "pivot", "treemap", "table"];
}

/** The kind to draw: the chosen one where it can be drawn. */
export function kindOfWish(wish: Wish, known: Known): Kind | null {
  const kinds = kindsOf(wish, known);
  return kinds.find((one) => one === wish.chart) ?? kinds[0] ?? null;
}

/** The items that draw a wish: several numbers stand side by side, anything else is one. */
export function itemsOfWish(wish: Wish, known: Known, filters: Filters = {}): DataItem[] {
  const kind = kindOfWish(wish, known);
  if (kind === null || wish.dataset === "") return [];
  if (kind === "kpi") return wish.metrics.map((metric) => made("kpi", { ...wish, metrics: [metric] }, known, filters));
  return [made(kind, wish, known, filters)];
}

function made(kind: Kind, wish: Wish, known: Known, filters: Filters): DataItem {
  const [metric = ""] = wish.metrics;
  const [first = "", second] = wish.dimensions;
  const base = {
    id: `x_${kind}_${metric || first}`.slice(0, 60), span: "auto", source: "data", title: titleOf(kind, wish, known), if_missing: "explain",
    filters: fixedOf(filters), keep: [], metrics: wish.metrics,
  } as const;
  const parts = second === undefined ? {} : { breakdown: second };
  const day = [...known.values()].some((one) => one.id === "date_day" && one.refused === null) ? { sparkline: "date_day" } : {};
  switch (kind) {
    case "kpi": return { ...base, type: "kpi", compare: true, direction: known.get(metric)?.direction || "neutral", ...day };
    case "time_series": return { ...base, type: "time_series", dimensions: [first], ...parts, limit: 5, compare: false, roles: {}, reference_lines: [], annotations: false };
    case "column": return { ...base, type: "column", dimensions: [first], ...parts, stacked: false, limit: 5, annotations: false };
    case "bar": return { ...base, type: "bar", dimensions: [first], stacked: false, sort: [{ field: metric, order: "desc" }], limit: 10, drill: [] };
    case "donut": return { ...base, type: "donut", dimensions: [first], limit: 6 };
    case "heatmap": return { ...base, type: "heatmap", dimensions: wish.dimensions };
    case "treemap": return { ...base, type: "treemap", dimensions: wish.dimensions, limit: 40 };
    case "geo": return { ...base, type: "geo", dimensions: [first] };
    case "scatter": return { ...base, type: "scatter", dimensions: [first] };
    case "pivot": return { ...base, type: "pivot", dimensions: [first], breakdown: second ?? first, totals: ["row", "column"], sort: [], limit: 24, heat: true };
    case "table": return {
      ...base, type: "table", dimensions: wish.dimensions, sort: [], page_size: 25, compare: false, totals: false, style: { columns: {} }, drill: [],
    };
  }
}

/** "Tickets created and resolved by channel", as a person would name it. */
export function titleOf(kind: Kind, { metrics, dimensions }: Wish, known: Known): string {
  const label = (name: string): string => known.get(name)?.label ?? name;
  const lower = (name: string): string => (/^[A-Z][a-z]/.test(label(name)) ? label(name).charAt(0).toLowerCase() + label(name).slice(1) : label(name));
  const counted = metrics.length > 2 ? `${label(metrics[0] ?? "")} and ${metrics.length - 1} more` : metrics.map((one, at) => (at === 0 ? label(one) : lower(one))).join(" and ");
  if (metrics.length === 0) return dimensions.map((one, at) => (at === 0 ? label(one) : lower(one))).join(" and ");
  return kind === "kpi" || dimensions.length === 0 ? counted : `${counted} by ${dimensions.map(lower).join(" and ")}`;
}

const fixedOf = (filters: Filters): FixedFilter[] =>
  Object.entries(filters).filter(([, values]) => values.length > 0).map(([field, values]) => ({ field, values, operator: "in", exclude: false }));
