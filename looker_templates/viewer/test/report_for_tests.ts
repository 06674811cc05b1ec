// A small report, its fields and a page state, as the tests of views and options need them.

import { ColorBook, type Context } from "../src/context";
import type { Environment } from "../src/options/theme";
import type { Report } from "../src/report";
import type { DataAnswer, SchemaField, Value } from "../src/wire";

export const report: Report = {
  format: "report/1",
  id: "small",
  version: "1.0.0",
  title: "Small",
  summary: "For tests",
  tier: "first",
  audience: [],
  use_cases: [],
  tags: [],
  locales: ["en"],
  sources: { ds: { dataset: "tickets", required: ["date_day", "tickets_created", "resolution_rate"], optional: ["channel", "city"] } },
  fields: { tickets_created: { label: { en: "Tickets" } } },
  controls: [],
  goals: { resolution_rate: { target: 0.85, direction: "up", near: 0.05 } },
  theme: { value_colors: { channel: { WhatsApp: 2, email: 1 } } },
  pages: [],
};

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
  { name: "day_of_week", label: "Weekday", dataType: "STRING", semantics: { conceptType: "DIMENSION", semanticType: "DAY_OF_WEEK" } },
  metric("tickets_created", "NUMBER", true),
  metric("tickets_solved_cohort", "NUMBER", true),
  metric("resolution_rate", "PERCENT", false),
  metric("resolution_avg_seconds", "DURATION", false),
];

export const context = (): Context => ({
  report,
  locale: "en",
  fields: new Map(fields.map((field) => [field.name, field])),
  state: { workspace: "demo", client: null, start: "2026-09-29", end: "2026-10-02", filters: {} },
  colors: new ColorBook(report),
  today: "2026-11-22",
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
    ink3: "#333",
    line: "#ddd",
    line2: "#eee",
    surface: "#fff",
    series: ["#s1", "#s2", "#s3", "#s4", "#s5", "#s6", "#s7", "#s8"],
  },
  width: 400,
  height: 200,
  locale: "en",
  still: true,
  tip: () => {
    throw new Error("A tooltip is made only when somebody hovers.");
  },
};
