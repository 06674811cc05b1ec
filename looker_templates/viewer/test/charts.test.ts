// Every type of chart: what its view says and what its option draws.

import assert from "node:assert/strict";
import test from "node:test";
import { drawing, type Charted } from "../src/drawing";
import type { Bullet, Column, Combo, Funnel, Gauge, Geo, Heatmap, Scatter, TimeSeries, Treemap, Waterfall } from "../src/report";
import type { Answers } from "../src/views/frame";
import { answer, base, context, environment, report } from "./report_for_tests";

// Reads into an option, whose type is a union of hundreds.
const drawn = (item: Charted, answers: Answers, at = context()): any => JSON.parse(JSON.stringify(drawing(item, answers, at).make(environment)));
const tickets = (...rows: (string | number | null)[][]) => answer(["date_day", "tickets_created"], ...rows);

const series: TimeSeries = {
  ...base, id: "s", type: "time_series", title: "Tickets", dimensions: ["date_day"], metrics: ["tickets_created"], compare: false, limit: 5, roles: {}, reference_lines: [], annotations: false,
};
const column: Column = { ...base, id: "c", type: "column", title: "Tickets", dimensions: ["date_day"], metrics: ["tickets_created"], stacked: false, limit: 3, annotations: false };

test("a time series has a goal line and references, and the axis reaches them", () => {
  const item: TimeSeries = { ...series, goal: "tickets_created", reference_lines: [{ value: 90, label: "Capacity" }] };
  const answers = { main: tickets(["20260929", 4], ["20260930", 5]), goal: answer(["tickets_created__goal"], [60]) };
  const made = drawn(item, answers);
  assert.deepEqual(made.series[0].markLine.data.map((line: { yAxis: number }) => line.yAxis), [60, 90]);
  assert.ok(made.yAxis[0].max >= 90 && made.grid.right > 50);
  assert.equal(made.series[0].markLine.data[0].lineStyle.color, "#000003");
});

test("up to three lines are named at their ends, more of them in the keys; the rest is left out in words", () => {
  const rows = ["A", "B", "C", "D"].flatMap((name, size) => [["20260929", name, 10 + size], ["20260930", name, 20 + size]]);
  const main = answer(["date_day", "channel", "tickets_created"], ...rows);
  const few = drawing({ ...series, breakdown: "channel", limit: 3 }, { main }, context());
  assert.deepEqual(few.keys, []);
  assert.deepEqual(few.twin.columns, ["date_day", "D", "C", "B"]);
  assert.deepEqual(few.twin.raw[0], ["2026-09-29", 13, 12, 11]);
  assert.equal(few.note, "The largest 3 of 4.");
  const many = drawing({ ...series, breakdown: "channel", limit: 5 }, { main }, context());
  assert.deepEqual(many.keys.map((key) => [key.name, key.mark]), [["D", "line"], ["C", "line"], ["B", "line"], ["A", "line"]]);
  assert.equal(new Set(many.keys.map((key) => key.color)).size, 4);
});

test("a forecast is dashed, begins where the measured line ends, and stands in its band", () => {
  const item: TimeSeries = {
    ...series, dimensions: ["date_month"], metrics: ["tickets_created", "f", "l", "h"], roles: { f: "forecast", l: "low", h: "high" }, period: { last: 2, next: 1, unit: "month" },
  };
  const main = answer(["date_month", "tickets_created", "f", "l", "h"], ["202609", 10, null, null, null], ["202610", 12, null, null, null], ["202611", null, 14, 9, 20]);
  const made = drawn(item, { main });
  const forecast = made.series.find((one: { name?: string }) => one.name === "Forecast");
  assert.deepEqual(forecast.data.map((one: { value: unknown }) => one.value), ["-", 12, 14]);
  assert.deepEqual(forecast.lineStyle.type, [5, 4]);
  assert.deepEqual(made.series[1].data, ["-", "-", 11]);
  assert.deepEqual(drawing(item, { main }, context()).keys.map((key) => key.mark), ["line", "forecast", "band"]);
});

test("annotations are numbered marks with their notes, unusual values are circles", () => {
  const item: TimeSeries = { ...series, annotations: true, spikes: { metric: "score", at_least: 3, values: [] } };
  const main = answer(["date_day", "tickets_created", "score"], ["20260929", 4, 0], ["20260930", 50, 5]);
  const annotations = answer(["date_day", "annotation_kind", "annotation_text"], ["20260930", "cause", "An outage"], ["20261002", "event", "A holiday"], ["20250101", "event", "Long ago"]);
  const made = drawing(item, { main, annotations }, context());
  assert.deepEqual(made.events.map((event) => [event.number, event.at, event.notes[0]?.text]), [[1, 1, "An outage"], [2, 3, "A holiday"]]);
  assert.equal(made.twin.rows[1]?.at(-1), "An outage");
  assert.equal(drawn(item, { main, annotations }).series[0].data[1].symbolSize, 9);
});

test("metrics of two units have an axis each, with its title", () => {
  const made = drawn({ ...series, metrics: ["tickets_created", "resolution_rate"] }, { main: answer(["date_day", "tickets_created", "resolution_rate"], ["20260929", 4, 0.5]) });
  assert.deepEqual(made.yAxis.map((axis: { name: string }) => axis.name), ["Tickets", "resolution_rate"]);
  assert.deepEqual(made.series.map((one: { yAxisIndex: number }) => one.yAxisIndex), [0, 1]);
});

test("a line that goes below zero, or stays far above it, has an axis of its own range; columns stand on zero", () => {
  const rate = (type: "time_series" | "column"): Charted => ({ ...(type === "column" ? column : series), metrics: ["resolution_rate"] }) as Charted;
  const main = answer(["date_day", "resolution_rate"], ["20260929", 0.95], ["20260930", 0.97]);
  assert.ok(drawn(rate("time_series"), { main }).yAxis[0].min > 0.9);
  assert.equal(drawn(rate("column"), { main }).yAxis[0].min, 0);
  assert.ok(drawn({ ...series, metrics: ["score"] }, { main: answer(["date_day", "score"], ["20260929", -20], ["20260930", 40]) }).yAxis[0].min <= -20);
});

test("columns stack their parts, and the period that is not over is pale", () => {
  const today = { ...context(), today: "2026-10-02" };
  const main = answer(["date_day", "channel", "tickets_created"], ["20261001", "email", 5], ["20261001", "WhatsApp", 3], ["20261002", "email", 1]);
  const item: Column = { ...column, breakdown: "channel", stacked: true };
  const made = drawn(item, { main }, today);
  assert.deepEqual(made.series.map((one: { stack: string }) => one.stack), ["all", "all"]);
  assert.deepEqual(made.series[0].data.map((one: { value: unknown }) => one.value), ["-", "-", 5, 1]);
  assert.deepEqual(made.series[0].data[3].itemStyle.borderType, [3, 2]);
  const all = drawing(item, { main }, today);
  assert.deepEqual(all.pick({ dataIndex: 2, seriesId: "part-1" }), { dimension: "channel", value: "WhatsApp" });
  assert.match(all.summary, /highest 8 \(Thu, 1 Oct 2026\), lowest 1/);
});

test("a combo draws lines over columns, and leaves out a metric without any value, in words", () => {
  const item: Combo = { ...base, id: "m", type: "combo", title: "Both", dimensions: ["date_day"], metrics: ["tickets_created", "resolution_rate", "score"], lines: ["resolution_rate"] };
  const made = drawing(item, { main: answer(["date_day", "tickets_created", "resolution_rate", "score"], ["20260929", 4, 0.5, null]) }, context());
  const option = JSON.parse(JSON.stringify(made.make(environment)));
  assert.deepEqual(option.series.map((one: { type: string; yAxisIndex: number }) => [one.type, one.yAxisIndex]), [["bar", 0], ["line", 1]]);
  assert.equal(made.note, "Not available in this data: score.");
});

test("a heatmap orders weekdays from Monday and hours by number, and leaves gaps without a colour", () => {
  const item: Heatmap = { ...base, id: "h", type: "heatmap", title: "When", dimensions: ["day_of_week", "hour_of_day"], metrics: ["tickets_created"] };
  const main = answer(["day_of_week", "hour_of_day", "tickets_created"], ["0", "10", 4], ["1", "09", 1], ["1", "10", 7]);
  const made = drawing(item, { main }, context());
  assert.deepEqual(made.twin.rows, [["Monday", "1", "7"], ["Sunday", "–", "4"]]);
  assert.deepEqual(made.scale, { low: "1", high: "7", strong: false });
  const cells = drawn(item, { main }).series[0].data;
  assert.deepEqual(cells.map((cell: { value: number[] }) => cell.value), [[0, 0, 1], [1, 0, 7], [1, 1, 4]]);
  assert.equal(made.summary, "When: highest 7 (Monday, 10), lowest 1 (Monday, 09).");
});

test("a map knows countries by their codes, names them, and says which are too small to be on it", () => {
  const item: Geo = { ...base, id: "g", type: "geo", title: "Where", dimensions: ["country"], metrics: ["tickets_created"] };
  const made = drawing(item, { main: answer(["country", "tickets_created"], ["GR", 5], ["GB", 9], ["MT", 1], [null, 3]) }, context());
  assert.deepEqual(made.twin.rows, [["United Kingdom", "9"], ["Greece", "5"], ["Malta", "1"]]);
  assert.deepEqual(made.twin.raw[0], ["GB", 9]);
  assert.equal(made.note, "Not on the map: Malta.");
  assert.deepEqual([made.world, made.pick({ dataIndex: 0, name: "GR" }), made.pick({ dataIndex: 0, name: "FR" })], [true, { dimension: "country", value: "GR" }, null]);
});

const scatter: Scatter = { ...base, id: "x", type: "scatter", title: "Both", dimensions: ["channel"], metrics: ["frt_avg_seconds", "resolution_rate"], size: "tickets_created" };

test("a scatter joins the two sides of a blend and computes its ratios from their parts", () => {
  const blends = [{
    id: "b", join: "left" as const, rebuild: ["frt_avg_seconds"], control_total: { metric: "tickets_created", equals: "ds" },
    left: { source: "ds", keys: ["channel"], metrics: ["seconds_sum", "tickets_created"] }, right: { source: "ds", keys: ["channel"], metrics: ["resolution_rate"] },
  }];
  const { source: _source, ...blended } = scatter;
  const answers = {
    left: answer(["channel", "seconds_sum", "tickets_created"], ["email", 600, 10], ["chat", 60, 3], ["phone", 90, 9], ["fax", 5, 1]),
    right: answer(["channel", "resolution_rate"], ["email", 0.8], ["chat", 0.9], ["phone", 0.7]),
  };
  const made = drawing({ ...blended, blend: "b" }, answers, { ...context(), report: { ...report, blends } });
  assert.deepEqual(made.twin.raw, [["email", 60, 0.8, 10], ["phone", 10, 0.7, 9], ["chat", 20, 0.9, 3]]);
});

test("a scatter draws the averages, and needs three points", () => {
  const main = answer(["channel", "frt_avg_seconds", "resolution_rate", "tickets_created"], ["A", 60, 0.5, 1], ["B", 120, 0.6, 4], ["C", 180, 0.7, 9]);
  const made = drawn(scatter, { main });
  assert.deepEqual(made.series[0].markLine.data.map((line: { xAxis?: number; yAxis?: number }) => line.xAxis ?? line.yAxis), [120, 0.6]);
  const sizes = made.series[0].data.map((one: { symbolSize: number }) => one.symbolSize);
  assert.ok(sizes[0] > sizes[1] && sizes[1] > sizes[2]);
  assert.deepEqual(drawing(scatter, { main: { ...main, rows: main.rows.slice(0, 2) } }, context()).little, { needs: 3, has: 2 });
});

test("a funnel says the rate from step to step, and none where the step before is zero", () => {
  const item: Funnel = { ...base, id: "f", type: "funnel", title: "Steps", metrics: ["tickets_created", "tickets_solved_cohort", "seconds_sum"] };
  const made = drawing(item, { main: answer(["tickets_created", "tickets_solved_cohort", "seconds_sum"], [200, 0, 5]) }, context());
  assert.deepEqual(made.twin.rows.map((row) => row.slice(1)), [["200", "–", "–"], ["0", "0.0%", "0.0%"], ["5", "–", "2.5%"]]);
});

test("bullets of one unit share a scale, others are shares of their targets", () => {
  const item: Bullet = { ...base, id: "b", type: "bullet", title: "Goals", dimensions: ["channel"], metrics: ["tickets_created"], target: "tickets_solved_cohort", limit: 8 };
  const main = answer(["channel", "tickets_created", "tickets_solved_cohort"], ["A", 50, 100], ["B", 30, 20], ["C", 5, null]);
  assert.deepEqual(drawn(item, { main }).series[1].data.map((one: { value: number[] }) => one.value), [[20, 0], [100, 1]]);
  const mixed: Bullet = { ...item, metrics: ["score"] };
  const shares = drawn(mixed, { main: answer(["channel", "score", "tickets_solved_cohort"], ["A", 50, 100], ["B", 3, 2]) });
  assert.deepEqual(shares.series[0].data.map((one: { value: number }) => one.value), [1.5, 0.5]);
});

test("a gauge tells its band by shape and word", () => {
  const item: Gauge = { ...base, id: "g", type: "gauge", title: "Rate", metrics: ["resolution_rate"], bands: [0.6, 0.8, 1], better: "high" };
  const made = drawing(item, { main: answer(["resolution_rate"], [0.7]) }, context());
  assert.equal(made.summary, "Rate: 70.0%, watch.");
  assert.deepEqual(made.keys.map((key) => [key.name, key.mark]), [["Bad < 60%", "bad"], ["Watch 60%–80%", "watch"], ["Good ≥ 80%", "good"]]);
  assert.ok(drawing(item, { main: answer(["resolution_rate"], [null]) }, context()).empty);
});

test("a bridge ends where its end says: what its steps do not explain is a step of its own", () => {
  const item: Waterfall = { ...base, id: "w", type: "waterfall", title: "MRR", metrics: ["mrr", "new_mrr", "lost_mrr", "score"], minus: ["lost_mrr"] };
  const made = drawing(item, { main: answer(["mrr", "new_mrr", "lost_mrr", "score"], [100, 30, 20, 115]) }, context());
  assert.deepEqual(made.twin.raw, [["mrr", 100], ["new_mrr", 30], ["lost_mrr", -20], ["Other", 5], ["score", 115]]);
  const option = JSON.parse(JSON.stringify(made.make({ ...environment, width: 900 })));
  assert.deepEqual(option.series[0].data, [0, 100, 110, 110, 0]);
  assert.deepEqual(option.series[1].data.map((one: { value: number }) => one.value), [100, 30, 20, 5, 115]);
  assert.deepEqual(option.series[1].data.map((one: { itemStyle: { color: string } }) => one.itemStyle.color), ["#333333", "#000002", "#000003", "#000002", "#333333"]);
});

test("a treemap has two levels at most, and its shares are of the server's total", () => {
  const item: Treemap = { ...base, id: "t", type: "treemap", title: "All", dimensions: ["channel", "city"], metrics: ["tickets_created"], limit: 3 };
  const main = answer(["channel", "city", "tickets_created"], ["A", "x", 40], ["A", "y", 30], ["B", "x", 20], ["B", "y", 10]);
  const made = drawing(item, { main, total: answer(["tickets_created"], [200]) }, context());
  assert.deepEqual(made.twin.rows, [["A", "x", "40", "20.0%"], ["A", "y", "30", "15.0%"], ["Other (2)", "", "30", "15.0%"]]);
  assert.deepEqual(made.pick({ dataIndex: 2, data: { level: 1, value_key: "y" } }), { dimension: "city", value: "y" });
});

test("rows are kept by their metrics, and a chosen value dims the others", () => {
  const item: Charted = { ...base, id: "b", type: "bar", dimensions: ["city"], metrics: ["tickets_created"], stacked: false, sort: [], limit: 10, drill: [], keep: [{ metric: "score", at_least: 2, values: [] }] };
  const main = answer(["city", "tickets_created", "score"], ["A", 5, 3], ["B", 9, 1], ["C", 2, 2], ["D", 1, null]);
  const at = context();
  const chosen = { ...at, state: { ...at.state, filters: { city: ["C"] } } };
  assert.deepEqual(drawing(item, { main }, chosen).twin.raw, [["A", 5], ["C", 2]]);
  const colors = drawn(item, { main }, chosen).series[0].data.map((one: { itemStyle: { color: string } }) => one.itemStyle.color);
  assert.equal(colors[1], "#000001");
  assert.notEqual(colors[0], "#000001");
});
