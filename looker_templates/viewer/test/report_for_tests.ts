// A small report, its fields and a page state, as the tests of views and options need them.

import { ColorBook, type Context } from "../src/context";
import type { Environment } from "../src/options/theme";
import type { Report } from "../src/report";
import { Units } from "../src/units";
import type { DataAnswer, SchemaField, Value } from "../src/wire";

export const report: Report = {
  format: "report/1",
  id: "small",
  version: "1.0.0",
  title: "Small",
  summary: "For tests",
  tier: "operational",
  audience: [],
  use_cases: [],
  tags: [],
  locales: ["en"],
  sources: { ds: { dataset: "tickets", required: ["date_day", "tickets_created", "resolution_rate"], optional: ["channel", "city"] } },
  fields: { tickets_created: { label: { en: "Tickets" } } },
  controls: [],
  goals: { resolution_rate: { target: 0.85, direction: "up", near: 0.05 } },
  theme: { preset: "clarity", density: "comfortable", tokens: {}, lock: false, value_colors: { channel: { WhatsApp: 2, email: 1 } } },
  blends: [],
  pages: [],
  print: { paper: "A4", orientation: "landscape", cover: false, pages: [] },
  mail: { subject: "{report}", kpis: [], charts: [], attach_pdf: true },
  looker: { differs: [], notes: {} },
  checks: [],
  changes: [],
};

/** What every item of data has, unless a test says otherwise. */
export const base = { span: "auto", source: "ds", if_missing: "explain", filters: [], keep: [] } as const;

const metric = (name: string, semanticType: string, additive: boolean): SchemaField => ({
  name,
  label: name,
  dataType: semanticType === "DURATION" ? "STRING" : "NUMBER",
  ...(additive ? { defaultAggregationType: "SUM" } : {}),
  semantics: { conceptType: "METRIC", semanticType, isReaggregatable: additive },
});

export const fields: readonly SchemaField[] = [
  { name: "channel", label: "Channel", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "TEXT" } },
  { name: "city", label: "City", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "CITY" } },
  { name: "agent", label: "Agent", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "TEXT" } },
  { name: "country", label: "Country", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "COUNTRY_CODE" } },
  { name: "health_band", label: "Band", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "TEXT" } },
  { name: "date_month", label: "Month", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "YEAR_MONTH" } },
  { name: "hour_of_day", label: "Hour", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "HOUR" } },
  { name: "day_of_week", label: "Weekday", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "DAY_OF_WEEK" } },
  metric("tickets_created", "NUMBER", true),
  metric("tickets_solved_cohort", "NUMBER", true),
  metric("resolution_rate", "PERCENT", false),
  metric("resolution_avg_seconds", "DURATION", false),
  metric("seconds_sum", "NUMBER", true),
  { ...metric("frt_avg_seconds", "DURATION", false), formula: "SUM($seconds_sum) / SUM($tickets_created)", },
  metric("mrr", "CURRENCY_EUR", false),
  metric("new_mrr", "CURRENCY_EUR", true),
  metric("lost_mrr", "CURRENCY_EUR", true),
  metric("score", "NUMBER", false),
];

/** Two clients with currencies of their own, and what the catalogue says of three metrics. */
export const units = new Units(
  {
    frt_avg_seconds: { label: "First response time (average)", type: "DURATION", additive: false, direction: "down" },
    resolution_rate: { label: "Resolution rate", type: "PERCENT", additive: false, direction: "up" },
    mrr: { label: "Monthly recurring revenue", type: "CURRENCY", additive: false, direction: "up" },
  },
  [{ slug: "acme", name: "Acme", currency: "EUR" }, { slug: "globex", name: "Globex", currency: "USD" }],
);

export const context = (): Context => ({
  report,
  locale: "en",
  fields: new Map(fields.map((field) => [field.name, field])),
  state: { workspace: "demo", client: null, start: "2026-09-29", end: "2026-10-02", filters: {} },
  colors: new ColorBook(report),
  today: "2026-11-22",
  units,
});

export const answer = (names: readonly string[], ...rows: readonly (readonly Value[])[]): DataAnswer => ({
  schema: names.map((name) => ({ name })),
  rows: rows.map((values) => ({ values })),
  filtersApplied: true,
});

export const environment: Environment = {
  palette: {
    ink: "#111",
    ink2: "#222",
    ink3: "#333333",
    line: "#ddd",
    line2: "#eee",
    surface: "#ffffff",
    accent: "#0000aa",
    good: "#00aa00",
    watch: "#aaaa00",
    bad: "#aa0000",
    series: ["#000001", "#000002", "#000003", "#000004", "#000005", "#000006", "#000007", "#000008"],
  },
  width: 400,
  height: 200,
  locale: "en",
  still: true,
  tip: () => {
    throw new Error("A tooltip is made only when somebody hovers.");
  },
};
