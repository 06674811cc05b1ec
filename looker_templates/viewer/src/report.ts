// Made by scripts/types.mjs from report-1.schema.json. Do not edit.

/** Where the marks on time series come from, and which kinds of them. */
export interface AnnotationsSpec {
  readonly source: string;
  readonly kinds: readonly ("event" | "cause" | "action" | "market" | "competitor")[];
}

/** A ranking, as horizontal bars from zero. `drill` are the dimensions that a click goes down through. */
export interface Bar {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "bar";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly stacked: boolean;
  readonly sort: readonly (SortKey)[];
  readonly limit: number;
  readonly goal?: string;
  readonly min_n?: MinimumCount;
  readonly drill: readonly (string)[];
  readonly interact?: Interaction;
}

/** Two sources joined on their keys by the renderer: sums only; `rebuild` names the ratios made from them. */
export interface Blend {
  readonly id: string;
  readonly prefer?: Preferred;
  readonly left: BlendSide;
  readonly right: BlendSide;
  readonly join: "left" | "inner" | "full";
  readonly rebuild: readonly (string)[];
  readonly control_total: ControlTotal;
}

/** One data source of a blend. */
export interface BlendSide {
  readonly source: string;
  readonly keys: readonly (string)[];
  readonly metrics: readonly (string)[];
}

/** Values against their targets, one bar for each value of the dimension; one bar alone without a dimension. */
export interface Bullet {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "bullet";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly target: string;
  readonly pace?: string;
  readonly limit: number;
}

/** How a table cell shows its value. */
export interface CellStyle {
  readonly cell: "bar" | "heat" | "status" | "change" | "link";
  readonly better?: "high" | "low";
  readonly href?: string;
}

/** What a version changed. */
export interface Change {
  readonly version: string;
  readonly what: string | { readonly [key: string]: string };
}

/** A statement that must hold on demo data. */
export interface Check {
  readonly that: string;
  readonly locales?: "all";
  readonly themes: readonly ("light" | "dark")[];
}

/** Few periods, or parts of them: columns from zero; stacked where parts make a whole. */
export interface Column {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly dimensions: readonly (string)[];
  readonly grain?: "day" | "week" | "month" | "quarter" | "year";
  readonly type: "column";
  readonly metrics: readonly (string)[];
  readonly breakdown?: string;
  readonly stacked: boolean;
  readonly limit: number;
  readonly goal?: string;
  readonly annotations: boolean;
  readonly interact?: Interaction;
}

/** Two units over one axis: columns, and lines over them with an axis of their own. */
export interface Combo {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly dimensions: readonly (string)[];
  readonly grain?: "day" | "week" | "month" | "quarter" | "year";
  readonly type: "combo";
  readonly metrics: readonly (string)[];
  readonly lines: readonly (string)[];
}

/** Written text: what changed, why, what comes next; people write it in Belvedere, per client and period. */
export interface Commentary {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly type: "commentary";
  readonly placeholder?: string | { readonly [key: string]: string };
  readonly facts: readonly (Fact)[];
}

/** A metric whose total over the blend must equal its total in one of the sources. */
export interface ControlTotal {
  readonly metric: string;
  readonly equals: string;
}

/** The period of the page, and what it is compared with. */
export interface DateRangeControl {
  readonly id: string;
  readonly label?: string | { readonly [key: string]: string };
  readonly scope: "report" | "page";
  readonly pages: readonly (string)[];
  readonly type: "date_range";
  readonly default: "last_7_days" | "last_28_days" | "last_90_days" | "last_12_weeks" | "last_12_months" | "this_month" | "last_full_month" | "last_full_quarter" | "this_year";
  readonly compare?: "previous_period" | "previous_year";
  readonly max_days?: number;
}

/** Two to six parts of one whole. */
export interface Donut {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "donut";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly limit: number;
  readonly interact?: Interaction;
}

/** A list to choose from: values of a dimension, or of the connector's `client` parameter. */
export interface DropdownControl {
  readonly id: string;
  readonly label?: string | { readonly [key: string]: string };
  readonly scope: "report" | "page";
  readonly pages: readonly (string)[];
  readonly type: "dropdown" | "list";
  readonly parameter?: "client";
  readonly source?: string;
  readonly dimension?: string;
  readonly order_by?: string;
  readonly multi: boolean;
  readonly required: boolean;
  readonly hide_if_single: boolean;
  readonly if_missing: "explain" | "hide" | "fail";
}

/** A number that a commentary speaks of; it is shown beside the text and checked against it. */
export interface Fact {
  readonly source: string;
  readonly metric: string;
  readonly show: "value" | "change" | "goal";
}

/** A label or a format that holds in this report only; meaning stays in the catalogue. */
export interface FieldSpec {
  readonly label?: string | { readonly [key: string]: string };
  readonly format?: "duration" | "percent0" | "percent1" | "money0" | "money2" | "number0" | "number1" | "number2" | "compact";
}

/** A condition that the item always has, asked of the server; `null` among the values is "(not set)". */
export interface FixedFilter {
  readonly field: string;
  readonly values: readonly (string | null)[];
  readonly operator: "in" | "between" | "contains";
  readonly exclude: boolean;
}

/** Ordered steps, one metric each, with the rate from step to step. */
export interface Funnel {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "funnel";
  readonly metrics: readonly (string)[];
}

/** One value in a half circle with three bands, which end at `bands`; a bullet is mostly better. */
export interface Gauge {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "gauge";
  readonly metrics: readonly (string)[];
  readonly bands: readonly (number)[];
  readonly better: "high" | "low";
}

/** Countries on a map. */
export interface Geo {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "geo";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly interact?: Interaction;
}

/** A default goal, where the client has none of its own; `near` is how far off still counts as near, as a share. */
export interface Goal {
  readonly target: number;
  readonly direction: "up" | "down";
  readonly near: number;
}

/** A score, its band and change, and its parts with weight and contribution. */
export interface HealthScore {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "health";
  readonly metrics: readonly (string)[];
  readonly change?: string;
  readonly parts: readonly (Weighted)[];
}

/** Two dimensions as cells that are darker where there is more: weekday by hour, cohorts. */
export interface Heatmap {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "heatmap";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly better?: "high" | "low";
  readonly interact?: Interaction;
}

/** What a click does: `filter` adds the value as a filter of the page. */
export interface Interaction {
  readonly click: "filter";
}

/** Rows to keep by a metric; the renderer applies it, as Looker Studio does with filters on metrics. */
export interface Keep {
  readonly metric: string;
  readonly at_least?: number;
  readonly above?: number;
  readonly at_most?: number;
  readonly values: readonly (string)[];
}

/** One number with its comparison, its course and its goal. */
export interface Kpi {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "kpi";
  readonly metrics: readonly (string)[];
  readonly compare: boolean;
  readonly sparkline?: string;
  readonly goal?: string;
  readonly direction: "up" | "down" | "neutral";
  readonly min_n?: MinimumCount;
}

/** The published Looker Studio report of this template, and what a person who rebuilds it must know. */
export interface LookerSpec {
  readonly report_id?: string;
  readonly differs: readonly (string)[];
  readonly notes: { readonly [key: string]: string };
}

/** What a mail shows: KPIs as text, charts as pictures. */
export interface MailSpec {
  readonly subject: string | { readonly [key: string]: string };
  readonly kpis: readonly (string)[];
  readonly charts: readonly (string)[];
  readonly attach_pdf: boolean;
}

/** A ratio drawn from fewer than `n` of `metric` is shown in grey with its count. */
export interface MinimumCount {
  readonly metric: string;
  readonly n: number;
}

/** Rows from top to bottom. */
export interface Page {
  readonly id: string;
  readonly title: string | { readonly [key: string]: string };
  readonly rows: readonly (Row)[];
}

/** A range of the item's own: whole units that end with the one in which the page's period ends. */
export interface Period {
  readonly last: number;
  readonly next: number;
  readonly unit: "day" | "week" | "month" | "quarter" | "year";
}

/** Two dimensions against each other; totals are asked for, not added up. */
export interface Pivot {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "pivot";
  readonly dimensions: readonly (string)[];
  readonly breakdown: string;
  readonly metrics: readonly (string)[];
  readonly totals: readonly ("row" | "column")[];
  readonly sort: readonly (SortKey)[];
  readonly limit: number;
  readonly heat: boolean;
}

/** The dataset that answers the same without a blend. */
export interface Preferred {
  readonly dataset: string;
  readonly when_fields: readonly (string)[];
}

/** How the report becomes a PDF. */
export interface PrintSpec {
  readonly paper: "A4" | "Letter";
  readonly orientation: "landscape" | "portrait";
  readonly cover: boolean;
  readonly pages: readonly (string)[];
}

/** A constant line, in the metric's unit. */
export interface ReferenceLine {
  readonly value: number;
  readonly label: string | { readonly [key: string]: string };
}

/** Items side by side. */
export interface Row {
  readonly height: "kpi" | "s" | "m" | "l" | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly items: readonly (Kpi | TimeSeries | Column | Combo | Bar | Donut | Table | Pivot | Tracker | Heatmap | Geo | Scatter | Funnel | Bullet | Gauge | Waterfall | Treemap | HealthScore | Commentary | Words)[];
}

/** The relation of two metrics over the values of a dimension. */
export interface Scatter {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "scatter";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly size?: string;
  readonly interact?: Interaction;
}

/** A text that the values of a dimension contain. */
export interface SearchControl {
  readonly id: string;
  readonly label?: string | { readonly [key: string]: string };
  readonly scope: "report" | "page";
  readonly pages: readonly (string)[];
  readonly type: "search";
  readonly source: string;
  readonly dimension: string;
  readonly if_missing: "explain" | "hide" | "fail";
}

/** A range of a dimension of numbers. */
export interface SliderControl {
  readonly id: string;
  readonly label?: string | { readonly [key: string]: string };
  readonly scope: "report" | "page";
  readonly pages: readonly (string)[];
  readonly type: "slider";
  readonly source: string;
  readonly dimension: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly if_missing: "explain" | "hide" | "fail";
}

/** One step of the order that the renderer puts rows in. */
export interface SortKey {
  readonly field: string;
  readonly order: "asc" | "desc";
}

/** One Looker Studio data source: a dataset and the fields that the report needs or can use. */
export interface SourceSpec {
  readonly dataset: string;
  readonly required: readonly (string)[];
  readonly optional: readonly (string)[];
  readonly min_history_days?: number;
}

/** Many metrics per value. */
export interface Table {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "table";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly sort: readonly (SortKey)[];
  readonly limit?: number;
  readonly page_size: number;
  readonly compare: boolean;
  readonly totals: boolean;
  readonly style: TableStyle;
  readonly drill: readonly (string)[];
  readonly min_n?: MinimumCount;
  readonly interact?: Interaction;
}

/** The styles of a table's columns, by field. */
export interface TableStyle {
  readonly columns: { readonly [key: string]: CellStyle };
}

/** The look: a preset, other values of its tokens, and colours of known values (dimension → value → colour). */
export interface Theme {
  readonly preset: "clarity" | "slate" | "warm";
  readonly density: "comfortable" | "compact";
  readonly tokens: { readonly [key: string]: string };
  readonly value_colors: { readonly [key: string]: { readonly [key: string]: number } };
  readonly lock: boolean;
}

/** Change over time. `roles` tells which metric is the forecast, and which two are the edges of its band. */
export interface TimeSeries {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly dimensions: readonly (string)[];
  readonly grain?: "day" | "week" | "month" | "quarter" | "year";
  readonly type: "time_series";
  readonly metrics: readonly (string)[];
  readonly breakdown?: string;
  readonly limit: number;
  readonly compare: boolean;
  readonly goal?: string;
  readonly roles: { readonly [key: string]: "forecast" | "low" | "high" };
  readonly reference_lines: readonly (ReferenceLine)[];
  readonly annotations: boolean;
  readonly spikes?: Keep;
}

/** On or off: while on, the dimension has one of the values. */
export interface ToggleControl {
  readonly id: string;
  readonly label?: string | { readonly [key: string]: string };
  readonly scope: "report" | "page";
  readonly pages: readonly (string)[];
  readonly type: "toggle";
  readonly source: string;
  readonly dimension: string;
  readonly values: readonly (string)[];
  readonly default: boolean;
  readonly if_missing: "explain" | "hide" | "fail";
}

/** Metrics down, periods across; the last columns are change, goal and status. */
export interface Tracker {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "tracker";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly top: readonly (string)[];
  readonly top_by?: string;
}

/** Part of a whole over many items. */
export interface Treemap {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "treemap";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly limit: number;
  readonly interact?: Interaction;
}

/** A bridge from a start to an end: the first metric, what is added or taken, the last metric. */
export interface Waterfall {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly source?: string;
  readonly blend?: string;
  readonly filters: readonly (FixedFilter)[];
  readonly keep: readonly (Keep)[];
  readonly period?: Period;
  readonly type: "waterfall";
  readonly metrics: readonly (string)[];
  readonly minus: readonly (string)[];
}

/** One part of a score, and its weight as a share of the whole. */
export interface Weighted {
  readonly metric: string;
  readonly weight: number;
}

/** Fixed text, in Markdown. */
export interface Words {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly if_missing: "explain" | "hide" | "fail";
  readonly type: "text";
  readonly text: string | { readonly [key: string]: string };
}

/** A whole template. */
export interface Report {
  readonly format: "report/1";
  readonly id: string;
  readonly version: string;
  readonly title: string | { readonly [key: string]: string };
  readonly summary: string | { readonly [key: string]: string };
  readonly tier: "executive" | "manager" | "operational" | "standard";
  readonly audience: readonly (string)[];
  readonly cadence?: "hourly" | "daily" | "weekly" | "monthly" | "quarterly";
  readonly use_cases: readonly (string)[];
  readonly tags: readonly (string)[];
  readonly locales: readonly (string)[];
  readonly sources: { readonly [key: string]: SourceSpec };
  readonly fields: { readonly [key: string]: FieldSpec };
  readonly controls: readonly (DateRangeControl | DropdownControl | SearchControl | SliderControl | ToggleControl)[];
  readonly goals: { readonly [key: string]: Goal };
  readonly blends: readonly (Blend)[];
  readonly theme: Theme;
  readonly annotations?: AnnotationsSpec;
  readonly exclusions?: string | { readonly [key: string]: string };
  readonly pages: readonly (Page)[];
  readonly print: PrintSpec;
  readonly mail: MailSpec;
  readonly looker: LookerSpec;
  readonly checks: readonly (Check)[];
  readonly changes: readonly (Change)[];
}

export type Item = Page["rows"][number]["items"][number];
export type Control = Report["controls"][number];
export type Text = Page["title"];
