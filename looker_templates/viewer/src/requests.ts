// Item + state → the getData requests that Looker Studio would issue for it; pure.
// The twin of looker_templates/requests.py: the golden files of tests/looker_templates/golden hold both.

import { ALL_TIME, earlierRange, type DateRange, type Day } from "./dates";
import type { DropdownControl, Item, Report, SourceSpec } from "./report";
import type { Clause, DataRequest } from "./wire";

export type Purpose = "main" | "compare" | "sparkline" | "total";

export interface Ask {
  readonly purpose: Purpose;
  readonly body: DataRequest;
}

/** A filter value of null is "(not set)". */
export type Filters = { readonly [dimension: string]: readonly (string | null)[] };

/** What the reader chose; `end` is the last day of the period. */
export interface PageState {
  readonly workspace: string;
  readonly client: string | null;
  readonly start: Day;
  readonly end: Day;
  readonly filters: Filters;
}

/** The requests of one item, the main one first. */
export function request(report: Report, item: Item, state: PageState): Ask[] {
  const source = sourceOf(report, item.source);
  const dimensions = item.type === "kpi" ? [] : item.dimensions;
  const counts = (item.type === "kpi" || item.type === "bar") && item.min_n ? [item.min_n.metric] : [];
  const asks: Ask[] = [{ purpose: "main", body: body(source, [...dimensions, ...item.metrics, ...counts], state, state) }];
  if ((item.type === "kpi" || item.type === "time_series") && item.compare) {
    asks.push({ purpose: "compare", body: body(source, [...dimensions, ...item.metrics], earlierRange(state), state) });
  }
  if (item.type === "kpi" && item.sparkline) {
    asks.push({ purpose: "sparkline", body: body(source, [item.sparkline, ...item.metrics], state, state) });
  }
  if (item.type === "donut" || item.type === "bar" || (item.type === "table" && item.totals)) {
    asks.push({ purpose: "total", body: body(source, item.metrics, state, state) });
  }
  return asks;
}

/** Asks for the values to choose from: under every filter but the control's own. */
export function controlRequest(report: Report, control: DropdownControl, state: PageState): DataRequest | null {
  if (!control.source || !control.dimension || !control.order_by) return null;
  return body(sourceOf(report, control.source), [control.dimension, control.order_by], state, state, control.dimension);
}

/** Asks which days have data at all, under the same filters. */
export function extentRequest(report: Report, alias: string, day: string, metric: string, state: PageState): DataRequest {
  return body(sourceOf(report, alias), [day, metric], ALL_TIME, state);
}

export function sourceOf(report: Report, alias: string): SourceSpec {
  const source = report.sources[alias];
  if (!source) throw new Error(`The template has no source '${alias}'.`);
  return source;
}

function body(source: SourceSpec, names: readonly string[], dates: DateRange, state: PageState, without = ""): DataRequest {
  const filters = Object.entries(state.filters)
    .filter(([dimension, values]) => values.length > 0 && dimension !== without && has(source, dimension))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([dimension, values]) => clauses(dimension, values));
  return {
    configParams: { workspace: state.workspace, dataset: source.dataset, ...(state.client ? { client: state.client } : {}) },
    dateRange: { startDate: dates.start, endDate: dates.end },
    fields: [...new Set(names)].map((name) => ({ name })),
    ...(filters.length > 0 ? { dimensionsFilters: filters } : {}),
  };
}

const has = (source: SourceSpec, field: string): boolean => source.required.includes(field) || source.optional.includes(field);

function clauses(dimension: string, values: readonly (string | null)[]): Clause[] {
  const listed = values.filter((value) => value !== null).sort();
  const clause = { fieldName: dimension, type: "INCLUDE" as const };
  return [
    ...(listed.length > 0 ? [{ ...clause, operator: "IN_LIST" as const, values: listed }] : []),
    ...(values.includes(null) ? [{ ...clause, operator: "IS_NULL" as const, values: [] }] : []),
  ];
}
