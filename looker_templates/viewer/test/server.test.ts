// Charts without a browser, and the small parts that all charts rest on.

import assert from "node:assert/strict";
import test from "node:test";
import { extentOf, spread, ticksOf } from "../src/options/axis";
import { project, unproject } from "../src/options/geo";
import { describe, drawSvg } from "../src/server";
import { compute, partsOf } from "../src/views/formula";
import { slotsOf } from "../src/views/periods";
import { base, context, environment, fields, report } from "./report_for_tests";

declare const OUTLINES: { readonly features: readonly { readonly properties: { readonly id: string }; readonly geometry: { readonly coordinates: readonly (readonly (readonly [number, number])[])[][] } }[] };

const job = (item: object, schema: readonly string[], rows: readonly (readonly unknown[])[], more: object = {}): string =>
  JSON.stringify({
    report, item: { ...base, ...item },
    answers: [{ purpose: "main", answer: { schema: schema.map((name) => ({ name })), rows: rows.map((values) => ({ values })) } }],
    context: { locale: "en", fields, state: context().state, today: "2026-11-22", theme: environment.palette, width: 500, height: 240, ...more },
  });
const heatmap = { id: "h", type: "heatmap", title: "When <now>", dimensions: ["day_of_week", "hour_of_day"], metrics: ["tickets_created"] };
const map = { id: "g", type: "geo", title: "Where", dimensions: ["country"], metrics: ["tickets_created"] };

test("a chart becomes SVG that a strict page may hold: no style attribute, no script, one size", () => {
  const svg = drawSvg(job(heatmap, ["day_of_week", "hour_of_day", "tickets_created"], [["0", "10", 4], ["1", "09", 1]], { font: 'Inter, "Noto Sans"' }));
  assert.match(svg, /^<svg xmlns="[^"]+" xmlns:xlink="[^"]+" width="500" height="240"/);
  assert.match(svg, /<title>When &lt;now&gt;: highest 4 \(Sunday, 10\)/);
  assert.doesNotMatch(svg, /<style| style=|<script|NaN|InterVariable/);
  assert.match(svg, /font-family="Inter, 'Noto Sans'"/);
  assert.equal(svg.match(/width="18" height="10"/g)?.length, 7);
});

test("a picture takes the page's own colours by name, and what a source wrote stays text", () => {
  const named = Object.fromEntries(Object.keys(environment.palette).map((name) => [name, `var(--${name})`]));
  const theme = { ...named, series: Array.from({ length: 8 }, (_, at) => `var(--series-${at + 1})`) };
  const bar = { id: "b", type: "bar", title: "Who", dimensions: ["channel"], metrics: ["tickets_created"], limit: 5, sort: [], orientation: "horizontal" };
  const svg = drawSvg(job(bar, ["channel", "tickets_created"], [["<script>alert(1)</script>", 4], ["mail", 1]], { theme }));
  assert.match(svg, /fill="var\(--series-1\)"/);
  assert.match(svg, /&lt;script&gt;/);
  assert.doesNotMatch(svg, /<style| style=|<script|NaN|undefined/);
  assert.match(drawSvg(job(heatmap, ["day_of_week", "hour_of_day", "tickets_created"], [["0", "10", 4]], { theme })), /color-mix\(in srgb, var\(--series-1\) \d+%, var\(--surface\)\)/);
});

test("keys stand in the picture unless the page writes them itself", () => {
  const combo = { id: "c", type: "combo", title: "Both", dimensions: ["date_day"], metrics: ["tickets_created", "resolution_rate"], lines: ["resolution_rate"] };
  const rows = [["20260929", 4, 0.5]];
  const schema = ["date_day", "tickets_created", "resolution_rate"];
  assert.match(drawSvg(job(combo, schema, rows)), /<rect x="6" y="5" width="10" height="10" rx="3" fill="#000001"\/>/);
  assert.doesNotMatch(drawSvg(job(combo, schema, rows, { bare: true })), /rx="3" fill="#000001"\/>/);
});

test("a map is drawn from the outlines that the script brings along", () => {
  const svg = drawSvg(job(map, ["country", "tickets_created"], [["GR", 5], ["GB", 9]]));
  assert.ok(svg.length > 60_000);
});

test("what is no picture is described, in the reader's words", () => {
  const kpi = { id: "k", type: "kpi", metrics: ["resolution_rate"], compare: false, direction: "up", goal: "resolution_rate" };
  const told = JSON.parse(describe(job(kpi, ["resolution_rate"], [[0.9]], { locale: "pt" })));
  assert.deepEqual([told.chart, told.view.value, told.view.goal.status.word], [false, "90,0%", "Meta atingida"]);
  assert.throws(() => drawSvg(job(kpi, ["resolution_rate"], [[0.9]])), /no picture/);
  const chart = JSON.parse(describe(job(heatmap, ["day_of_week", "hour_of_day", "tickets_created"], [])));
  assert.deepEqual([chart.chart, chart.empty], [false, true]);
});

test("the world is cut at the antimeridian, has no Antarctica, and every country has its code", () => {
  const ids = OUTLINES.features.map((feature) => feature.properties.id);
  assert.ok(!ids.includes("AQ") && ids.includes("GR") && ids.includes("FJ"));
  assert.deepEqual(ids.filter((id) => !/^[A-Z]{2}$/.test(id)), ["N. Cyprus", "Somaliland"]);
  const rings = OUTLINES.features.flatMap((feature) => feature.geometry.coordinates.flat());
  assert.ok(rings.every((ring) => ring.every(([x, y], at) => Math.abs(x) <= 180 && Math.abs(y) <= 90 && Math.abs(x - (ring[at - 1]?.[0] ?? x)) < 90)));
});

test("the projection keeps areas and can be undone", () => {
  const area = (latitude: number): number => {
    const [x] = project([1, latitude]);
    return x * (project([0, latitude])[1] - project([0, latitude + 0.01])[1]);
  };
  const truth = Math.cos((60.005 * Math.PI) / 180) / Math.cos((0.005 * Math.PI) / 180);
  assert.ok(Math.abs(area(60) / area(0) / truth - 1) < 0.001);
  for (const point of [[23.7, 38], [-120, -55], [10, 80]]) unproject(project(point)).forEach((value, at) => assert.ok(Math.abs(value - (point[at] ?? 0)) < 1e-6));
});

test("periods are written for their axis, with the keys that the connector sends", () => {
  const keys = (from: string, to: string, grain: Parameters<typeof slotsOf>[1]) => slotsOf({ start: from, end: to }, grain, "en").map((slot) => [slot.key, slot.axis]);
  assert.deepEqual(keys("2025-12-24", "2026-01-08", "week"), [["202552", "22 Dec"], ["202601", "29 Dec"], ["202602", "5 Jan"]]);
  assert.deepEqual(keys("2026-11-30", "2027-02-01", "month"), [["202611", "Nov 2026"], ["202612", "Dec"], ["202701", "Jan 2027"], ["202702", "Feb"]]);
  assert.deepEqual(keys("2026-09-30", "2027-01-01", "quarter"), [["20263", "Q3 2026"], ["20264", "Q4 2026"], ["20271", "Q1 2027"]]);
  assert.equal(slotsOf({ start: "2026-01-01", end: "2026-01-01" }, "week", "en")[0]?.long, "Week 1, 29 Dec 2025 – 4 Jan 2026");
});

test("formulas are computed from sums; a missing part or a zero divisor is no value", () => {
  const parts = (values: { readonly [field: string]: number | null }) => (field: string) => values[field] ?? null;
  assert.equal(compute("1000 * SUM($a) / SUM($b)", parts({ a: 3, b: 4 })), 750);
  assert.equal(compute("(SUM($a) - SUM($b)) / SUM($a) * 100", parts({ a: 4, b: 1 })), 75);
  assert.equal(compute("1 - SUM($a) / SUM($b)", parts({ a: 1, b: 0 })), null);
  assert.equal(compute("SUM($a) + SUM($b)", parts({ a: 1 })), null);
  assert.deepEqual(partsOf("SUM($a) / SUM($b)"), ["a", "b"]);
});

test("axes end at round numbers of their kind, and labels are moved apart", () => {
  assert.deepEqual(ticksOf(extentOf([3, 97], "count", true)), [0, 25, 50, 75, 100]);
  assert.deepEqual(ticksOf(extentOf([40, 3500], "duration", true)), [0, 900, 1800, 2700, 3600]);
  assert.deepEqual(extentOf([0.93, 0.98], "percent", false), { min: 0.92, max: 0.98, interval: 0.02 });
  assert.deepEqual(spread([10, 12, 90], 15, 0, 100), [10, 25, 90]);
  assert.deepEqual(spread([98, 99], 15, 0, 100), [85, 100]);
});
