import assert from "node:assert/strict";
import test from "node:test";
import type { Bar, Donut, Kpi, Table, TimeSeries } from "../src/report";
import { kpiSummary, kpiView } from "../src/views/kpi";
import { rankingView } from "../src/views/ranking";
import { rankingSummary, rankingTwin } from "../src/views/ranking_drawing";
import { seriesSummary, seriesView } from "../src/views/series";
import { seriesTwin } from "../src/views/series_drawing";
import { tableView } from "../src/views/table";
import { toCsv } from "../src/views/twin";
import { answer, base, context } from "./report_for_tests";

const kpi: Kpi = { ...base, id: "k", type: "kpi", metrics: ["resolution_rate"], compare: true, direction: "up", goal: "resolution_rate", min_n: { metric: "tickets_created", n: 30 } };
const series: TimeSeries = { ...base, id: "s", type: "time_series", title: "Tickets per day", dimensions: ["date_day"], metrics: ["tickets_created"], compare: true, limit: 5, roles: {}, reference_lines: [], annotations: false };
const donut: Donut = { ...base, id: "d", type: "donut", title: "Channels", dimensions: ["channel"], metrics: ["tickets_created"], limit: 3 };
const bar: Bar = { ...base, id: "b", type: "bar", title: "Cities", dimensions: ["city"], metrics: ["resolution_avg_seconds"], stacked: false, drill: [], sort: [], limit: 2, min_n: { metric: "tickets_solved_cohort", n: 30 } };
const table: Table = {
  ...base, id: "t", type: "table", title: "Cities", dimensions: ["city"], metrics: ["tickets_created", "resolution_rate"],
  sort: [{ field: "tickets_created", order: "desc" }], page_size: 25, totals: true, compare: false, drill: [],
  style: { columns: { tickets_created: { cell: "bar" }, resolution_rate: { cell: "heat", better: "high" } } },
};

test("a KPI says value, change, what it is compared with, and its goal", () => {
  const view = kpiView(kpi, { main: answer(["resolution_rate", "tickets_created"], [0.86, 200]), compare: answer(["resolution_rate"], [0.84]) }, context());
  assert.equal(view.value, "86.0%");
  assert.deepEqual(view.compared, ["vs 84.0%", "(25–28 Sep)"]);
  assert.equal(view.change?.text, "+2.0 pp");
  assert.deepEqual(view.goal, { text: "Goal ≥ 85%", status: { tone: "good", shape: "●", word: "onGoal" } });
  assert.equal(view.few, null);
  assert.equal(kpiSummary(view), "resolution_rate: 86.0%, up 2.0 pp, better, vs 84.0% (25–28 Sep), Goal ≥ 85%, on goal.");
});

test("a KPI from few rows says how many and takes no colour", () => {
  const view = kpiView(kpi, { main: answer(["resolution_rate", "tickets_created"], [0.5, 12]), compare: answer(["resolution_rate"], [0.9]) }, context());
  assert.equal(view.few, "n = 12");
  assert.equal(view.change?.tone, "neutral");
  const aimed = kpiView({ ...kpi, goal: "resolution_rate" }, { main: answer(["resolution_rate", "tickets_created"], [0.5, 12]) }, context());
  assert.ok(aimed.goal?.text, "the goal stands, only whether it is met is not told");
  assert.equal(aimed.goal?.status, null);
});

test("a KPI without a value is missing, not zero", () => {
  const view = kpiView(kpi, { main: answer(["resolution_rate", "tickets_created"], [null, 0]), compare: answer(["resolution_rate"], [null]) }, context());
  assert.deepEqual([view.value, view.missing, view.change, view.goal], ["–", true, null, null]);
});

test("a series has one value per day, and gaps where there are no rows", () => {
  const view = seriesView(series, {
    main: answer(["date_day", "tickets_created"], ["20261002", 9], ["20260929", 4]),
    compare: answer(["date_day", "tickets_created"], ["20260925", 7]),
  }, context());
  assert.deepEqual(view.lines.map((line) => line.values), [[4, null, null, 9], [7, null, null, null]]);
  assert.deepEqual(view.lines.map((line) => line.name), ["29 Sep – 2 Oct 2026", "25–28 Sep 2026"]);
  assert.equal(seriesSummary(view, "en"), "Tickets per day, 29 Sep – 2 Oct 2026: highest 9 (Fri, 2 Oct 2026), lowest 4 (Tue, 29 Sep 2026).");
  assert.deepEqual(seriesTwin(view, "en").raw[0], ["2026-09-29", 4, 7]);
  assert.ok(seriesView(series, { main: answer(["date_day", "tickets_created"]) }, context()).empty);
});

test("parts beyond the limit are one 'Other', and the total is the server's", () => {
  const view = rankingView(donut, {
    main: answer(["channel", "tickets_created"], ["Voice", 10], ["email", 50], [null, 15], ["WhatsApp", 25]),
    total: answer(["tickets_created"], [100]),
  }, context());
  assert.deepEqual(view.entries.map((entry) => [entry.label, entry.text, entry.share]), [
    ["email", "50", "50.0%"], ["WhatsApp", "25", "25.0%"], ["Other (2)", "25", "25.0%"],
  ]);
  assert.deepEqual(view.entries.map((entry) => entry.color), [0, 1, -1]);
  assert.equal(rankingSummary(view, "en"), "Channels: email 50 (50.0%), WhatsApp 25 (25.0%), Other (2) 25 (25.0%).");
  assert.deepEqual(rankingTwin(view, "en").raw, [["email", 50, 0.5], ["WhatsApp", 25, 0.25], [null, 15, 0.15], ["Voice", 10, 0.1]]);
});

test("a ratio is never added up into 'Other'; what is left out is said", () => {
  const view = rankingView(bar, {
    main: answer(["city", "resolution_avg_seconds", "tickets_solved_cohort"], ["A", "60", 40], ["B", "7200", 12], ["C", "90000", 99], ["D", null, 0]),
    total: answer(["resolution_avg_seconds"], ["5000"]),
  }, context());
  assert.deepEqual(view.entries.map((entry) => [entry.label, entry.text, entry.few, entry.share]), [["C", "1 d 1 h", false, null], ["B", "2 h", true, null]]);
  assert.equal(view.note, "The first 2 of 3; the table view has all. Pale: fewer than 30 tickets_solved_cohort.");
});

test("a dimension or a metric that no row has is missing, no rows are empty", () => {
  const total = answer(["tickets_created"], [5]);
  assert.equal(rankingView(donut, { main: answer(["channel", "tickets_created"], [null, 5]), total }, context()).missing, "dimension");
  assert.equal(rankingView(donut, { main: answer(["channel", "tickets_created"], ["A", null]), total }, context()).missing, "metric");
  assert.ok(rankingView(donut, { main: answer(["channel", "tickets_created"]), total }, context()).empty);
});

test("a value keeps its colour whatever comes beside it later", () => {
  const shared = context();
  const total = answer(["tickets_created"], [9]);
  const ask = (...names: string[]): number[] =>
    rankingView({ ...donut, limit: 6 }, { main: answer(["channel", "tickets_created"], ...names.map((name) => [name, 1])), total }, shared).entries.map((entry) => entry.color);
  const [first] = ask("Voice", "Chat");
  assert.deepEqual(ask("Another", "Voice", "WhatsApp").slice(1), [(shared.colors.indexOf("channel", "Voice", [])), 1]);
  assert.equal(ask("Chat")[0], first);
});

test("a table leaves out columns without any value, marks heat and bars, and takes its totals from the server", () => {
  const view = tableView(table, {
    main: answer(["city", "tickets_created", "resolution_rate"], ["A", 10, 0.9], [null, 40, 0.5], ["B", 20, 0.8]),
    total: answer(["tickets_created", "resolution_rate"], [70, 0.62]),
  }, context(), null);
  assert.deepEqual(view.rows.map((row) => row.cells.map((cell) => cell.text)), [["(not set)", "40", "50.0%"], ["B", "20", "80.0%"], ["A", "10", "90.0%"]]);
  assert.deepEqual(view.rows.map((row) => row.cells[1]?.bar), [1, 0.5, 0.25]);
  assert.deepEqual(view.rows.map((row) => row.cells[2]?.heat), [6, 1, 0]);
  assert.deepEqual(view.total?.map((cell) => cell.text), ["All", "70", "62.0%"]);
  const close = tableView(table, { main: answer(["city", "tickets_created", "resolution_rate"], ["A", 1, 0.9], ["B", 1, 0.88]) }, context(), null);
  assert.deepEqual(close.rows.map((row) => row.cells[2]?.heat), [0, 0]);
  const gone = tableView(table, { main: answer(["city", "tickets_created", "resolution_rate"], ["A", 10, null]) }, context(), null);
  assert.deepEqual([gone.columns.map((one) => one.label), gone.note], [["City", "Tickets"], "Not available in this data: resolution_rate."]);
});

test("rows without a value come last in either order", () => {
  const main = answer(["city", "tickets_created", "resolution_rate"], ["A", 1, null], ["B", 2, 0.5], ["C", 3, 0.7]);
  for (const order of ["asc", "desc"] as const) {
    const view = tableView(table, { main }, context(), { field: "resolution_rate", order });
    assert.equal(view.rows.at(-1)?.cells[0]?.text, "A");
  }
});

test("CSV keeps numbers plain, nulls empty, and formulas harmless", () => {
  const csv = toCsv({ columns: ["City", "Tickets"], rows: [], raw: [["=HYPERLINK(1)", 1.5], ['Quote "x", comma', null], [null, 0]] });
  assert.equal(csv, "\uFEFFCity,Tickets\r\n'=HYPERLINK(1),1.5\r\n\"Quote \"\"x\"\", comma\",\r\n,0\r\n");
});
