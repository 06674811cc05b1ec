// Item + state → the getData requests that Looker Studio would issue for it; pure.
// The twin of looker_templates/requests.py: the golden files of tests/looker_templates/golden hold both.

import { between, containing, fixed, oneOf } from "./clauses";
import { ALL_TIME, type DateRange, type Day } from "./dates";
import { goalField, itemDimensions, itemFields, itemMetrics, type DataItem } from "./fields";
import { earlierRange, ownRange, type Comparison } from "./ranges";
import type { Commentary, DropdownControl, FixedFilter, Item, Report, SourceSpec } from "./report";
import type { Clause, DataRequest } from "./wire";

export type Purpose =
  | "main" | "compare" | "sparkline" | "total" | "rows" | "columns" | "goal" | "top" | "annotations"
  | "left" | "right" | "fact" | "fact_earlier" | "fact_goal";

export interface Ask {
  readonly purpose: Purpose;
  readonly body: DataRequest;
}

/** A filter value of null is "(not set)". */
export type Filters = { readonly [dimension: string]: readonly (string | null)[] };

/** What the reader chose; `end` is the last day of the period. `drills` are the values gone down through, by item. */
export interface PageState {
  readonly workspace: string;
  readonly client: string | null;
  readonly start: Day;
  readonly end: Day;
  readonly filters: Filters;
  readonly searches?: { readonly [dimension: string]: string };
  readonly ranges?: { readonly [dimension: string]: readonly [number, number] };
  readonly drills?: { readonly [item: string]: readonly (string | null)[] };
  readonly compare?: Comparison;
  readonly today?: Day;
}

/** Where a request comes from: the filters that hold there. */
interface Place {
  readonly page?: string;
  readonly fixed?: readonly FixedFilter[];
  readonly drilled?: readonly (readonly [string, string | null])[];
  readonly without?: string;
  /** Dimensions by which the item itself filters the page: it keeps all of its values. */
  readonly own?: readonly string[];
}

/** The requests of one item, the main one first. */
export function request(report: Report, item: Item, state: PageState): Ask[] {
  if (item.type === "text") return [];
  if (item.type === "commentary") return facts(report, item, state);
  const now = item.period ? ownRange(item.period, state.end) : { start: state.start, end: state.end };
  const path = state.drills?.[item.id] ?? [];
  const drill = "drill" in item ? item.drill : [];
  const drilled = path.slice(0, drill.length).map((value, level) => [drill[level] as string, value] as const);
  const place: Place = { page: pageOf(report, item), fixed: item.filters, drilled, own: ownDimensions(item, state) };
  if (item.blend) return blended(report, item, state, now, place);
  const ask = (purpose: Purpose, names: readonly string[], days: DateRange = now): Ask => ({
    purpose,
    body: body(report, item.source as string, names, days, state, place),
  });
  const dimensions = itemDimensions(item, path.length);
  const metrics = itemMetrics(item);
  const asks = [ask("main", itemFields(item, path.length))];
  if ("compare" in item && item.compare) asks.push(ask("compare", [...dimensions, ...metrics], earlierRange(now, state.compare)));
  if (item.type === "kpi" && item.sparkline) asks.push(ask("sparkline", [item.sparkline, ...metrics]));
  if (item.type === "donut" || item.type === "bar" || item.type === "treemap" || (item.type === "table" && item.totals)) {
    asks.push(ask("total", metrics));
  }
  if (item.type === "pivot") {
    if (item.totals.includes("row")) asks.push(ask("rows", [...item.dimensions, ...metrics]));
    if (item.totals.includes("column")) asks.push(ask("columns", [item.breakdown, ...metrics]));
    if (item.totals.length === 2) asks.push(ask("total", metrics));
  }
  if (item.type === "tracker") {
    const { top_by } = item;
    if (top_by) asks.push(...item.top.map((one) => ask("top", [item.dimensions[0] as string, one, top_by])));
    asks.push(ask("goal", metrics.map(goalField)));
  }
  if ("goal" in item && item.goal) asks.push(ask("goal", [goalField(metrics[0] as string)]));
  if ("annotations" in item && item.annotations && report.annotations) {
    asks.push({ purpose: "annotations", body: annotations(report, now, state, place) });
  }
  return asks;
}

/** The dimensions whose filters an item leaves out: a chart that filters the page shows all of its values, and which is chosen. */
export const ownDimensions = (item: DataItem, state: PageState): readonly string[] =>
  "interact" in item && item.interact ? itemDimensions(item, state.drills?.[item.id]?.length ?? 0) : [];

/** Asks for the values to choose from: under every filter but the control's own. */
export function controlRequest(report: Report, control: DropdownControl, state: PageState): DataRequest | null {
  if (!control.source || !control.dimension || !control.order_by) return null;
  const page = control.pages[0];
  const place: Place = { ...(page === undefined ? {} : { page }), without: control.dimension };
  return body(report, control.source, [control.dimension, control.order_by], state, state, place);
}

/** Asks which days have data at all, under the same filters. */
export function extentRequest(report: Report, alias: string, day: string, metric: string, state: PageState): DataRequest {
  return body(report, alias, [day, metric], ALL_TIME, state, {});
}

export function sourceOf(report: Report, alias: string): SourceSpec {
  const source = report.sources[alias];
  if (!source) throw new Error(`The template has no source '${alias}'.`);
  return source;
}

function pageOf(report: Report, item: Item): string {
  const found = report.pages.find((page) => page.rows.some((row) => row.items.some((one) => one.id === item.id)));
  return found?.id ?? "";
}

function facts(report: Report, item: Commentary, state: PageState): Ask[] {
  const place: Place = { page: pageOf(report, item) };
  return item.facts.flatMap(({ source, metric, show }) => {
    const ask = (purpose: Purpose, name: string, days: DateRange = state): Ask => ({
      purpose,
      body: body(report, source, [name], days, state, place),
    });
    return [
      ask("fact", metric),
      ...(show === "change" ? [ask("fact_earlier", metric, earlierRange(state, state.compare))] : []),
      ...(show === "goal" ? [ask("fact_goal", goalField(metric))] : []),
    ];
  });
}

function blended(report: Report, item: DataItem, state: PageState, now: DateRange, place: Place): Ask[] {
  const blend = report.blends.find((one) => one.id === item.blend);
  if (!blend) throw new Error(`The template has no blend '${item.blend}'.`);
  const { left, right, control_total: total } = blend;
  return [
    { purpose: "left", body: body(report, left.source, [...left.keys, ...left.metrics], now, state, place) },
    { purpose: "right", body: body(report, right.source, [...right.keys, ...right.metrics], now, state, place) },
    { purpose: "total", body: body(report, total.equals, [total.metric], now, state, place) },
  ];
}

function annotations(report: Report, now: DateRange, state: PageState, place: Place): DataRequest {
  const { source, kinds } = report.annotations as NonNullable<Report["annotations"]>;
  const kept: FixedFilter = { field: "annotation_kind", values: kinds, operator: "in", exclude: false };
  const here: Place = { ...(place.page === undefined ? {} : { page: place.page }), own: place.own ?? [], fixed: kinds.length > 0 ? [kept] : [] };
  return body(report, source, ["date_day", "annotation_kind", "annotation_text"], now, state, here);
}

function body(report: Report, alias: string, names: readonly string[], dates: DateRange, state: PageState, place: Place): DataRequest {
  const { dataset } = sourceOf(report, alias);
  const filters = filtersOf(report, alias, state, place);
  return {
    configParams: { workspace: state.workspace, dataset, ...(state.client ? { client: state.client } : {}) },
    dateRange: { startDate: dates.start, endDate: dates.end },
    fields: [...new Set(names)].map((name) => ({ name })),
    ...(filters.length > 0 ? { dimensionsFilters: filters } : {}),
  };
}

/** The conditions that hold at a place: the reader's, by dimension, then those of the item itself. */
function filtersOf(report: Report, alias: string, state: PageState, place: Place): (readonly Clause[])[] {
  const source = sourceOf(report, alias);
  const chosen: [string, Clause[]][] = [
    ...Object.entries(state.filters).filter(([name, values]) => values.length > 0 && !place.own?.includes(name)).map(([name, values]): [string, Clause[]] => [name, oneOf(name, values)]),
    ...Object.entries(state.searches ?? {}).filter(([, text]) => text).map(([name, text]): [string, Clause[]] => [`${name} `, containing(name, text)]),
    ...Object.entries(state.ranges ?? {}).map(([name, [low, high]]): [string, Clause[]] => [`${name}  `, between(name, low, high)]),
  ];
  const acts = (dimension: string): boolean =>
    dimension !== place.without && has(source, dimension) && reaches(report, dimension, place.page);
  return [
    ...chosen.sort(([left], [right]) => (left < right ? -1 : 1)).filter(([name]) => acts(name.trimEnd())).map(([, clauses]) => clauses),
    ...(place.fixed ?? []).map((one) => fixed(one, state.today ?? "2000-01-01")),
    ...(place.drilled ?? []).map(([dimension, value]) => oneOf(dimension, [value])),
  ];
}

const has = (source: SourceSpec, field: string): boolean => source.required.includes(field) || source.optional.includes(field);

/** Whether a filter acts on a page: those of a control of other pages only do not. */
function reaches(report: Report, dimension: string, page: string | undefined): boolean {
  const controls = report.controls.filter((one) => "dimension" in one && one.dimension === dimension);
  return page === undefined || controls.length === 0 || controls.some((one) => one.pages.length === 0 || one.pages.includes(page));
}
