import assert from "node:assert/strict";
import test from "node:test";
import { NOTHING_CHOSEN } from "../src/address";
import { fieldsOf } from "../src/formats";
import { asksOf, compareOf, filtersOf, pageNamed, rangeOf } from "../src/choosing";
import { answerTwin } from "../src/download";
import { exploreAddress } from "../src/explore";
import { factsView } from "../src/facts";
import { freshnessOf } from "../src/freshness";
import { nearRows, spansOf } from "../src/layout";
import { isSafe, parseMarkdown, plainText } from "../src/markdown";
import { formatNumber, kindOf } from "../src/numbers";
import type { Bar, Commentary, Report, Row } from "../src/report";
import { ownDimensions, type PageState } from "../src/requests";
import { toCsv } from "../src/views/twin";
import { answer, context as contextOf, report as small } from "./report_for_tests";

const bar: Bar = {
  id: "by_channel", type: "bar", span: 6, if_missing: "explain", source: "ds", filters: [], keep: [], dimensions: ["channel"], metrics: ["tickets_created"],
  stacked: false, sort: [], limit: 10, drill: [], interact: { click: "filter" },
};
const said: Commentary = {
  id: "said", type: "commentary", span: 6, if_missing: "explain",
  facts: [{ source: "ds", metric: "tickets_created", show: "change" }, { source: "ds", metric: "resolution_rate", show: "goal" }],
};
const own = { scope: "report", pages: [], source: "ds", if_missing: "hide" } as const;
const report: Report = {
  ...small,
  blends: [],
  controls: [
    { id: "period", type: "date_range", scope: "report", pages: [], default: "last_full_month", compare: "previous_year", max_days: 10 },
    { ...own, id: "open", type: "toggle", dimension: "city", values: ["Patras"], default: true },
  ],
  pages: [
    { id: "one", title: "One", rows: [{ height: "m", items: [bar, said] }] },
    { id: "two", title: "Two", rows: [{ height: "m", items: [{ ...bar, id: "other", span: 12 }] }] },
  ],
};
const state: PageState = { workspace: "demo", client: null, start: "2026-10-01", end: "2026-10-31", filters: { channel: ["voice"], city: ["Patras"] } };

test("the template says what a reader has not chosen, within the longest period that it allows", () => {
  assert.deepEqual(rangeOf(report, NOTHING_CHOSEN, "2026-11-22"), { start: "2026-10-22", end: "2026-10-31" });
  assert.equal(compareOf(report, NOTHING_CHOSEN), "previous_year");
  assert.equal(compareOf(report, { ...NOTHING_CHOSEN, compare: "none" }), "none");
  assert.equal(pageNamed(report, "two").id, "two");
  assert.equal(pageNamed(report, "nowhere").id, "one");
});

test("toggles and required controls filter until the reader takes something else", () => {
  assert.deepEqual(filtersOf(report, NOTHING_CHOSEN, { channel: "chat", agent: null }), { city: ["Patras"], channel: ["chat"] });
  const chosen = { ...NOTHING_CHOSEN, toggles: { open: false }, filters: { channel: ["voice"] } };
  assert.deepEqual(filtersOf(report, chosen, { channel: "chat" }), { channel: ["voice"] });
});

test("a chart that filters the page keeps its own values; others do not", () => {
  assert.deepEqual(ownDimensions(bar, state).filter((one) => one in state.filters).length, 1);
  const { interact: _none, ...still } = bar;
  assert.deepEqual(ownDimensions(still, state), []);
});

test("without a comparison nothing earlier is asked for", () => {
  const purposes = (compare: "none" | "previous_period"): string[] => asksOf(report, said, state, compare).map((ask) => ask.purpose);
  assert.deepEqual(purposes("previous_period"), ["fact", "fact_earlier", "fact", "fact_goal"]);
  assert.deepEqual(purposes("none"), ["fact", "fact", "fact_goal"]);
});

test("the rows down to the first chart are drawn at once, and all of them where there is none", () => {
  const number = { height: "kpi", items: [{ ...bar, type: "kpi" }] } as unknown as Row;
  const chart = { height: "m", items: [bar] } as Row;
  assert.equal(nearRows([number, number, chart, chart]), 3);
  assert.equal(nearRows([chart, chart, chart]), 2);
  assert.equal(nearRows([number, number, number]), 3);
});

test("what is left of a row fills it", () => {
  const row = { height: "m", items: [3, 5, 4].map((span, index) => ({ ...bar, id: `i${index}`, span })) } as const;
  assert.deepEqual([...spansOf(row, new Set())], [["i0", 3], ["i1", 5], ["i2", 4]]);
  assert.deepEqual([...spansOf(row, new Set(["i0"]))], [["i1", 7], ["i2", 5]]);
  assert.deepEqual([...spansOf(row, new Set(["i1", "i2"]))], [["i0", 12]]);
  assert.equal(spansOf(row, new Set(["i0", "i1", "i2"])).size, 0);
});

test("a report's format of a field goes before its type", () => {
  const money = { name: "cost", label: "Cost", dataType: "NUMBER", semantics: { conceptType: "METRIC", semanticType: "CURRENCY_EUR" } } as const;
  const spec = { ...report, fields: { cost: { format: "money0" as const } } };
  const { all, of } = fieldsOf(spec, [["tickets", [money]], ["mrr", [{ ...money, label: "Again" }]]]);
  assert.equal(formatNumber(12.5, kindOf(all.get("cost")), "card", "en"), "€13");
  assert.equal(all.get("cost")?.label, "Cost");
  assert.deepEqual([...of.keys()], ["tickets", "mrr"]);
});

test("a file has every row, raw values, and labels as its header", () => {
  const rows = answer(["channel", "tickets_created", "resolution_rate"], ["=voice", "1200", 0.5], [null, 3, null], ['say "a",b', 0, 0.25]);
  const lines = toCsv(answerTwin(rows, contextOf()));
  assert.ok(lines.startsWith("\uFEFFChannel,Tickets,"));
  assert.deepEqual(lines.slice(1).split("\r\n").slice(1), ["'=voice,1200,0.5", ",3,", '"say ""a"",b",0,0.25', ""]);
});

test("the explorer is given the item as it stands", () => {
  const address = exploreAddress(report, bar, { ...state, client: "shop" });
  assert.equal(address, "/console/explore?dataset=tickets&metrics=tickets_created&dimensions=channel&from=2026-10-01&to=2026-10-31&client=shop&f.channel=voice&f.city=Patras");
});

test("a source is behind after a day, or when its last load failed; a file never is", () => {
  const now = new Date("2026-11-22T14:00:00Z");
  const rows = answer(
    ["connection", "source_system", "sync_state", "last_sync_at"],
    ["Zendesk", "zendesk", "succeeded", "20261121120000"],
    ["HubSpot", "hubspot", "succeeded", "20261122080000"],
    ["HubSpot", "hubspot", "failed", "20261122090000"],
    ["Ads", "google_ads", "succeeded", "20261122130000"],
    ["file:map", "csv", "succeeded", "20250101000000"],
  );
  const fresh = freshnessOf(rows, now);
  assert.equal(fresh.count, 4);
  assert.deepEqual(fresh.behind.map((one) => [one.name, Math.round(one.hoursAgo), one.failed]), [["Zendesk", 26, false], ["HubSpot", 6, true]]);
  assert.equal(fresh.last?.toISOString(), "2026-11-22T13:00:00.000Z");
});

test("Markdown becomes a tree, and nothing else", () => {
  const blocks = parseMarkdown("**Volume rose.** See ①.\nMore [here](https://a.example/x).\n\n- one\n- *two*\n  still two\n1. first\n\n<b>no</b> [x](javascript:alert(1)) ** open");
  assert.deepEqual(blocks.map((one) => one.kind), ["paragraph", "list", "list", "paragraph"]);
  const [first, list, ordered, last] = blocks;
  assert.ok(first?.kind === "paragraph" && list?.kind === "list" && ordered?.kind === "list" && last?.kind === "paragraph");
  assert.deepEqual(first.children.map((one) => one.kind), ["strong", "text", "marker", "text", "link", "text"]);
  assert.deepEqual(list.items.map(plainText), ["one", "two still two"]);
  assert.ok(ordered.ordered);
  assert.equal(plainText(last.children), "<b>no</b> [x](javascript:alert(1)) ** open");
  assert.deepEqual(["https://a", "mailto:a@b", "/r/x", "//evil", "data:text/html,x", "JAVASCRIPT:x"].map(isSafe), [true, true, true, false, false, false]);
});

test("a commentary's numbers are checked against the data", () => {
  const asks = asksOf(report, said, state, "previous_period");
  const list = [1180, 1000, 0.9, null].map((value) => answer(["x"], [value]));
  const entry = {
    item: "said", text: "", author: "", written_at: "",
    facts: [{ metric: "tickets_created", show: "change" as const, value: 0.03 }, { metric: "resolution_rate", show: "goal" as const, value: 0.9001 }],
  };
  const [volume, resolved] = factsView(said, asks, list, entry, contextOf());
  assert.deepEqual([volume?.value, volume?.change?.text, volume?.written], ["1,180", "+18.0%", "3.0%"]);
  assert.deepEqual([resolved?.value, resolved?.goal, resolved?.written], ["90.0%", { text: "85%", status: "good" }, null]);
  const unknown = [1180, 1000, null, null].map((value) => answer(["x"], [value]));
  assert.deepEqual(factsView(said, asks, unknown, undefined, contextOf())[1]?.goal, { text: "85%", status: null }, "nothing is no miss");
});
