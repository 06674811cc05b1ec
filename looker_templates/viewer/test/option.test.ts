// Options are not validated by a schema, so what matters in them is tested here.

import assert from "node:assert/strict";
import test from "node:test";
import { option } from "../src/option";
import { sparklineOption } from "../src/options/sparkline";
import { middleCut, textWidth } from "../src/options/theme";
import type { Bar, Donut, TimeSeries } from "../src/report";
import { answer, base, context, environment } from "./report_for_tests";

const series: TimeSeries = { ...base, id: "s", type: "time_series", dimensions: ["date_day"], metrics: ["tickets_created"], compare: true, limit: 5, roles: {}, reference_lines: [], annotations: false };
const bar: Bar = { ...base, id: "b", type: "bar", dimensions: ["city"], metrics: ["tickets_created"], stacked: false, drill: [], sort: [], limit: 3 };
const donut: Donut = { ...base, id: "d", type: "donut", dimensions: ["channel"], metrics: ["tickets_created"], limit: 3 };

// Reads into an option, whose type is a union of hundreds.
const plain = (given: unknown): any => JSON.parse(JSON.stringify(given));

test("the previous period is dashed and grey, the current one full, and bars and lines start at zero", () => {
  const made = plain(option(series, {
    main: answer(["date_day", "tickets_created"], ["20260929", 4], ["20260930", 5]),
    compare: answer(["date_day", "tickets_created"], ["20260925", 7]),
  }, context(), environment));
  assert.deepEqual(made.series.map((one: { lineStyle: object }) => one.lineStyle), [
    { color: "#000001", width: 2.25, type: "solid" },
    { color: "#333333", width: 1.5, type: [4, 3] },
  ]);
  assert.deepEqual([made.yAxis[0].min, made.yAxis[0].max, made.yAxis[0].interval], [0, 8, 2]);
  assert.deepEqual(made.series[0].data.map((one: { value: unknown }) => one.value), [4, 5, "-", "-"]);
  assert.equal(made.series[0].areaStyle.opacity, 0.06);
  assert.equal(made.series[1].areaStyle, undefined);
});

test("today is drawn apart: dotted, with an open circle", () => {
  const today = { ...context(), today: "2026-10-02" };
  const main = answer(["date_day", "tickets_created"], ["20260930", 3], ["20261001", 5], ["20261002", 2]);
  const made = plain(option(series, { main }, today, environment));
  assert.deepEqual(made.series[0].data.map((one: { value: unknown }) => one.value), ["-", 3, 5, "-"]);
  assert.deepEqual(made.series[1].data.map((one: { value?: unknown }) => one.value ?? one), ["-", "-", 5, 2]);
  assert.deepEqual([made.series[1].lineStyle.type, made.series[1].data[3].symbol], [[1, 4], "emptyCircle"]);
});

test("a day between two gaps is a dot, because it has no line", () => {
  const made = plain(option(series, { main: answer(["date_day", "tickets_created"], ["20260930", 5]) }, context(), environment));
  assert.deepEqual(made.series[0].data.map((one: { symbol: string }) => one.symbol), ["none", "circle", "none", "none"]);
});

test("bars are sorted, start at zero, carry their value, and 'Other' is grey", () => {
  const main = answer(["city", "tickets_created"], ["A", 1], ["B", 5], ["C", 3], ["D", 1]);
  const made = plain(option(bar, { main, total: answer(["tickets_created"], [10]) }, context(), environment));
  assert.equal(made.xAxis.min, 0);
  assert.deepEqual(made.series[0].data.map((one: { value: number }) => one.value), [5, 3, 2]);
  assert.deepEqual(made.series[0].data.map((one: { itemStyle: { color: string } }) => one.itemStyle.color), ["#000001", "#000001", "#333333"]);
  assert.match(made.series[0].data[0].label.formatter, /^\{value\|5\}\{share\|50\.0%\}$/);
});

test("the middle of a donut is the server's total", () => {
  const main = answer(["channel", "tickets_created"], ["email", 6], ["WhatsApp", 3]);
  const made = plain(option(donut, { main, total: answer(["tickets_created"], [1234]) }, context(), environment));
  assert.deepEqual([made.title.text, made.title.subtext], ["1,234", "tickets"]);
  assert.deepEqual(made.series[0].data.map((one: { itemStyle: { color: string } }) => one.itemStyle.color), ["#000001", "#000002"]);
});

test("a sparkline marks its last known point only", () => {
  const made = plain(sparklineOption({ days: ["a", "b", "c"], values: [1, 2, null] }, environment));
  assert.deepEqual(made.series[0].data.map((one: { symbol: string }) => one.symbol), ["none", "circle", "none"]);
});

test("no option holds HTML, and none moves for readers who want stillness", () => {
  const main = answer(["city", "tickets_created"], ["<b>A</b>", 1]);
  const made = option(bar, { main, total: answer(["tickets_created"], [1]) }, context(), environment) as { animation: boolean; tooltip: { formatter: unknown } };
  assert.equal(made.animation, false);
  assert.equal(typeof made.tooltip.formatter, "function");
});

test("long labels are cut in the middle and fit", () => {
  const cut = middleCut("Unsanitary Animal Private Property Condition", 150, 12.5);
  assert.match(cut, /^Unsanitary.*….*Condition$/);
  assert.ok(textWidth(cut, 12.5) <= 150);
  assert.equal(middleCut("Short", 150, 12.5), "Short");
});
