// Made by scripts/types.mjs from report-1.schema.json. Do not edit.

/** A ranking, as horizontal bars from zero. */
export interface Bar {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly source: string;
  readonly if_missing: "explain" | "hide";
  readonly type: "bar";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly sort: readonly (SortKey)[];
  readonly limit: number;
  readonly min_n?: MinimumCount;
  readonly interact?: Interaction;
}

/** How a table cell shows its number: a bar, or a heat colour that is stronger where attention is needed. */
export interface CellStyle {
  readonly cell: "bar" | "heat";
  readonly better?: "high" | "low";
}

/** The period of the page, and whether it is compared with the one before. */
export interface DateRangeControl {
  readonly id: string;
  readonly type: "date_range";
  readonly default: "last_7_days" | "last_28_days" | "last_90_days" | "last_full_month";
  readonly compare?: "previous_period";
}

/** Two to six parts of one whole. */
export interface Donut {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly source: string;
  readonly if_missing: "explain" | "hide";
  readonly type: "donut";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly limit: number;
  readonly interact?: Interaction;
}

/** A list to choose from: values of a dimension, or of the connector's `client` parameter. */
export interface DropdownControl {
  readonly id: string;
  readonly type: "dropdown";
  readonly parameter?: "client";
  readonly source?: string;
  readonly dimension?: string;
  readonly order_by?: string;
  readonly multi: boolean;
  readonly hide_if_single: boolean;
  readonly if_missing: "explain" | "hide";
}

/** A label that holds in this report only; meaning stays in the catalogue. */
export interface FieldSpec {
  readonly label: string | { readonly [key: string]: string };
}

/** A default goal; `near` is how far off still counts as near, as a share of the target. */
export interface Goal {
  readonly target: number;
  readonly direction: "up" | "down";
  readonly near: number;
}

/** What a click does: `filter` adds the value as a filter of the page. */
export interface Interaction {
  readonly click: "filter";
}

/** One number with its comparison, its course and its goal. */
export interface Kpi {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly source: string;
  readonly if_missing: "explain" | "hide";
  readonly type: "kpi";
  readonly metrics: readonly (string)[];
  readonly compare: boolean;
  readonly sparkline?: string;
  readonly goal?: string;
  readonly direction: "up" | "down" | "neutral";
  readonly min_n?: MinimumCount;
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

/** Items side by side. */
export interface Row {
  readonly height: "kpi" | "s" | "m" | "l" | "auto";
  readonly items: readonly (Kpi | TimeSeries | Bar | Donut | Table)[];
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
}

/** Many metrics per value. */
export interface Table {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly source: string;
  readonly if_missing: "explain" | "hide";
  readonly type: "table";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly sort: readonly (SortKey)[];
  readonly page_size: number;
  readonly totals: boolean;
  readonly style: TableStyle;
  readonly interact?: Interaction;
}

/** The styles of a table's columns, by field. */
export interface TableStyle {
  readonly columns: { readonly [key: string]: CellStyle };
}

/** Colours of known values: dimension → value → number of the series colour. */
export interface Theme {
  readonly value_colors: { readonly [key: string]: { readonly [key: string]: number } };
}

/** Change over time. */
export interface TimeSeries {
  readonly id: string;
  readonly span: number | "auto";
  readonly title?: string | { readonly [key: string]: string };
  readonly subtitle?: string | { readonly [key: string]: string };
  readonly note?: string | { readonly [key: string]: string };
  readonly source: string;
  readonly if_missing: "explain" | "hide";
  readonly type: "time_series";
  readonly dimensions: readonly (string)[];
  readonly metrics: readonly (string)[];
  readonly compare: boolean;
}

/** A whole template. */
export interface Report {
  readonly format: "report/1";
  readonly id: string;
  readonly version: string;
  readonly title: string | { readonly [key: string]: string };
  readonly summary: string | { readonly [key: string]: string };
  readonly tier: "first" | "standard" | "advanced";
  readonly audience: readonly (string)[];
  readonly cadence?: "hourly" | "daily" | "weekly" | "monthly" | "quarterly";
  readonly use_cases: readonly (string)[];
  readonly tags: readonly (string)[];
  readonly locales: readonly (string)[];
  readonly sources: { readonly [key: string]: SourceSpec };
  readonly fields: { readonly [key: string]: FieldSpec };
  readonly controls: readonly (DateRangeControl | DropdownControl)[];
  readonly goals: { readonly [key: string]: Goal };
  readonly theme: Theme;
  readonly exclusions?: string | { readonly [key: string]: string };
  readonly pages: readonly (Page)[];
}

export type Item = Page["rows"][number]["items"][number];
export type Control = Report["controls"][number];
export type Text = Page["title"];
