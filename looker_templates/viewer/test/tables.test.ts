// The types that are drawn as HTML: table cells, pivot, tracker, health score.

import assert from "node:assert/strict";
import test from "node:test";
import type { HealthScore, Pivot, Table, Tracker } from "../src/report";
import { healthSummary, healthView } from "../src/views/health";
import { pivotTwin, pivotView } from "../src/views/pivot";
import { tableView } from "../src/views/table";
import { trackerView } from "../src/views/tracker";
import { valueText } from "../src/context";
import { inSentence } from "../src/views/words";
import type { SchemaField } from "../src/wire";
import { answer, base, context } from "./report_for_tests";

const table: Table = {
  ...base, id: "t", type: "table", title: "Agents", dimensions: ["agent"], metrics: ["tickets_created", "resolution_rate"], sort: [], page_size: 25, compare: true, totals: false, drill: [],
  style: { columns: {} },
};
const cell = (view: ReturnType<typeof tableView>, row: number, id: string) => view.rows[row]?.cells[view.columns.findIndex((column) => column.id === id)];

test("a compared table has a change after each metric, by the value and not by the place of the row", () => {
  const main = answer(["agent", "tickets_created", "resolution_rate"], ["A", 120, 0.9], ["B", 50, 0.8], ["C", 7, 0.5]);
  const compare = answer(["agent", "tickets_created", "resolution_rate"], ["B", 100, 0.7], ["A", 100, 0.9]);
  const view = tableView(table, { main, compare }, context(), null);
  assert.deepEqual(view.columns.map((column) => column.id), ["agent", "tickets_created", "tickets_created~change", "resolution_rate", "resolution_rate~change"]);
  assert.deepEqual([0, 1, 2].map((row) => cell(view, row, "tickets_created~change")?.text), ["+20.0%", "−50.0%", "–"]);
  assert.equal(cell(view, 1, "resolution_rate~change")?.text, "+10.0 pp");
  assert.equal(cell(view, 1, "resolution_rate~change")?.change?.tone, "good");
  const sorted = tableView(table, { main, compare }, context(), { field: "tickets_created~change", order: "asc" });
  assert.deepEqual(sorted.rows.map((row) => row.key), ["B", "A", "C"]);
});

test("values of goals and insights are written as those of the metric that their row names", () => {
  const { units } = context();
  const at = { ...context(), fields: new Map([...context().fields, ...["goal_actual", "insight_change", "forecast_value"].map((name): [string, SchemaField] => [name, { name, label: name, dataType: "NUMBER", semantics: { semanticType: "NUMBER" } }])]) };
  const item: Table = { ...table, compare: false, dimensions: ["metric_label", "client_account"], metrics: ["goal_actual", "insight_change"] };
  const main = answer(
    ["metric_label", "client_account", "goal_actual", "insight_change"],
    ["First response time (average)", "Acme", 3022.23, -60], ["Resolution rate", "Acme", 0.69, 0.013], ["Monthly recurring revenue", "Globex", 59398.05, 12], ["Our own", "Acme", 3.5, 1],
  );
  const view = tableView({ ...item, sort: [{ field: "goal_actual", order: "desc" }] }, { main }, at, null);
  assert.deepEqual(view.rows.map((row) => row.cells.slice(2).map((one) => one.text)), [["$59,398", "+$12.00"], ["50 min 22 s", "−1 min"], ["4", "+1.0"], ["69.0%", "+1.3 pp"]]);
  const held: Table = { ...item, dimensions: [], metrics: ["forecast_value"], filters: [{ field: "metric_id", values: ["resolution_rate"], operator: "in", exclude: false }] };
  assert.equal(tableView(held, { main: answer(["forecast_value"], [0.8]) }, at, null).rows[0]?.cells[0]?.text, "80.0%");
  assert.deepEqual([units.directionOf("frt_avg_seconds"), units.directionOf("unknown")], ["down", "neutral"]);
  // Clients with several currencies have none in common.
  assert.deepEqual([units.kindOf("mrr", "globex", at), units.kindOf("mrr", null, at)], [{ currency: "USD" }, "decimal"]);
});

test("numbers among dimensions and codes of the data are written for people", () => {
  const at = { ...context(), locale: "pt", fields: new Map([...context().fields, ["tenure", { name: "tenure", label: "Tenure", dataType: "NUMBER", semantics: {} } as SchemaField]]) };
  assert.equal(valueText(at, "tenure", 14.42299794661191), "14,4");
  assert.deepEqual([valueText(at, "nps_band", "needs work"), valueText(at, "sla_state", "due_24h"), valueText(at, "health_band", "not enough data"), valueText(at, "city", "good")],
    ["Precisa melhorar", "Vence em 24 horas", "Dados insuficientes", "good"]);
  assert.equal(inSentence("CSAT answers, First reply", "en"), "CSAT answers, first reply");
});

test("cells tell status by shape and word, changes by sign, and link to safe addresses only", () => {
  const item: Table = {
    ...table, compare: false, dimensions: ["agent", "health_band"], metrics: ["score", "resolution_rate"],
    style: { columns: { health_band: { cell: "status" }, score: { cell: "change", better: "low" }, resolution_rate: { cell: "status" }, agent: { cell: "link", href: "url" } } },
  };
  const main = answer(["agent", "health_band", "score", "resolution_rate", "url"], ["A", "amber", 3, 0.9, "https://desk.example/1"], ["B", null, -2, 0.1, "javascript:alert(1)"]);
  const view = tableView(item, { main }, context(), null);
  assert.deepEqual([cell(view, 0, "health_band")?.status?.shape, cell(view, 0, "health_band")?.text, cell(view, 1, "health_band")?.status], ["◆", "Amber", undefined]);
  assert.deepEqual([cell(view, 0, "score")?.text, cell(view, 0, "score")?.change?.tone, cell(view, 1, "score")?.change?.tone], ["+3", "bad", "good"]);
  assert.deepEqual([cell(view, 0, "resolution_rate")?.status?.word, cell(view, 1, "resolution_rate")?.status?.word], ["onGoal", "offGoal"]);
  assert.deepEqual([cell(view, 0, "agent")?.href, cell(view, 1, "agent")?.href], ["https://desk.example/1", undefined]);
});

test("a table keeps, limits, and greys ratios of few", () => {
  const item: Table = { ...table, compare: false, limit: 2, min_n: { metric: "tickets_created", n: 30 }, keep: [{ metric: "tickets_created", above: 5, values: [] }] };
  const view = tableView(item, { main: answer(["agent", "tickets_created", "resolution_rate"], ["A", 5, 1], ["B", 12, 0.5], ["C", 40, 0.4], ["D", 6, 0.3]) }, context(), null);
  assert.deepEqual(view.rows.map((row) => row.key), ["C", "B"]);
  assert.deepEqual(view.rows.map((row) => row.cells[2]?.few), [null, "n = 12"]);
});

const pivot: Pivot = { ...base, id: "p", type: "pivot", title: "Both", dimensions: ["agent"], breakdown: "channel", metrics: ["tickets_created", "resolution_rate"], totals: ["row", "column"], sort: [], limit: 2, heat: true };

test("a pivot's totals are the server's, and its columns end at the limit", () => {
  const fields = ["agent", "channel", "tickets_created", "resolution_rate"];
  const main = answer(fields, ["A", "x", 1, 0.1], ["A", "y", 9, 0.9], ["B", "y", 5, 0.5], ["B", "z", 2, 0.2], ["B", null, 1, null]);
  const view = pivotView(pivot, {
    main,
    rows: answer(["agent", "tickets_created", "resolution_rate"], ["A", 10, 0.82], ["B", 8, 0.4]),
    columns: answer(["channel", "tickets_created", "resolution_rate"], ["y", 14, 0.75], ["z", 2, 0.2], ["x", 1, 0.1]),
    total: answer(["tickets_created", "resolution_rate"], [18, 0.63]),
  }, context());
  assert.deepEqual(view.groups.map((group) => group.label), ["y", "z", "All"]);
  assert.deepEqual(pivotTwin(view).rows, [["A", "9", "90.0%", "–", "–", "10", "82.0%"], ["B", "5", "50.0%", "2", "20.0%", "8", "40.0%"]]);
  assert.deepEqual(view.total?.map((one) => one.text), ["14", "75.0%", "2", "20.0%", "18", "63.0%"]);
  assert.equal(view.note, "The largest 2 of 4.");
});

test("a pivot over months keeps them in their order, the latest where there are too many", () => {
  const item: Pivot = { ...pivot, breakdown: "date_month", metrics: ["tickets_created"], totals: [] };
  const view = pivotView(item, { main: answer(["agent", "date_month", "tickets_created"], ["A", "202610", 1], ["A", "202608", 90], ["A", "202609", 2]) }, context());
  assert.deepEqual(view.groups.map((group) => group.label), ["Sep 2026", "Oct 2026"]);
});

test("a tracker compares the last whole period, takes the client's goals first, and names the largest values", () => {
  const item: Tracker = { ...base, id: "r", type: "tracker", title: "Track", dimensions: ["date_month"], metrics: ["resolution_rate", "frt_avg_seconds", "score"], top: ["channel"], top_by: "tickets_created", period: { last: 3, next: 0, unit: "month" } };
  const at = { ...context(), today: "2026-10-02" };
  const top = answer(["date_month", "channel", "tickets_created"], ["202608", "x", 1], ["202608", "y", 3], ["202609", "x", 5], ["202609", null, 9]);
  const view = trackerView(item, {
    main: answer(["date_month", "resolution_rate", "frt_avg_seconds", "score"], ["202608", 0.8, "60", 4], ["202609", 0.82, "90", null], ["202610", 0.5, "10", 9]),
    goal: answer(["resolution_rate__goal", "frt_avg_seconds__goal", "score__goal"], [null, "88", null]),
    every: { top: [top] },
  }, at);
  assert.deepEqual([view.unfinished, view.last], [2, 1]);
  assert.deepEqual(view.rows.map((row) => row.change?.text), ["+2.0 pp", "+50.0%", undefined, undefined]);
  assert.deepEqual(view.rows.map((row) => row.change?.tone), ["good", "bad", undefined, undefined]);
  assert.deepEqual(view.rows.map((row) => [row.goal, row.status?.word]), [["85.0%", "nearGoal"], ["1 min 28 s", "nearGoal"], ["–", "noGoal"], ["", undefined]]);
  assert.deepEqual(view.rows[3]?.cells.map((one) => one.text), ["y", "x", "–"]);
});

test("a missing part of a health score is named, and its weight shared out", () => {
  const item: HealthScore = { ...base, id: "h", type: "health", title: "Health", metrics: ["score"], change: "mrr", parts: [{ metric: "resolution_rate", weight: 0.6 }, { metric: "new_mrr", weight: 0.2 }, { metric: "lost_mrr", weight: 0.2 }] };
  const view = healthView(item, { main: answer(["score", "mrr", "resolution_rate", "new_mrr", "lost_mrr"], [69.9, -4, 80, 60, null]) }, context());
  assert.deepEqual(view.parts.map((part) => part.weightText), ["75%", "25%", "20%"]);
  assert.deepEqual(view.parts.map((part) => part.contributionText), ["60.0", "15.0", "–"]);
  assert.equal(healthSummary(view, "en"), "Health: 70 of 100, amber, −4 in 30 days.");
});
