import assert from "node:assert/strict";
import test from "node:test";
import { changeOf, formatDuration, formatNumber, goalStatus, kindOf } from "../src/numbers";
import { fields } from "./report_for_tests";

test("counts are full up to 99,999 on a card and always full in a table", () => {
  assert.equal(formatNumber(4221, "count", "card", "en"), "4,221");
  assert.equal(formatNumber(99_999, "count", "card", "en"), "99,999");
  assert.equal(formatNumber(123_456, "count", "card", "en"), "123.5K");
  assert.equal(formatNumber(123_456, "count", "table", "en"), "123,456");
  assert.equal(formatNumber(1500, "count", "axis", "en"), "1.5K");
});

test("nothing is a dash, zero is zero", () => {
  for (const kind of ["count", "percent", "duration", "ratio"] as const) assert.equal(formatNumber(null, kind, "card", "en"), "–");
  assert.equal(formatNumber(0, "count", "card", "en"), "0");
  assert.equal(formatNumber(0, "duration", "card", "en"), "0 s");
});

test("durations have two units, rounded to the smaller one first", () => {
  const cases: [number, string][] = [
    [54.4, "54 s"], [59.6, "1 min"], [114.3, "1 min 54 s"], [3599.7, "1 h"], [7500, "2 h 05 min"],
    [86_390, "1 d"], [94_422.07, "1 d 2 h"], [273_600, "3 d 4 h"], [172_799, "2 d"], [-90, "−1 min 30 s"],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds, "card"), text);
  assert.deepEqual([1800, 5400, 7200, 129_600].map((seconds) => formatDuration(seconds, "axis")), ["30 min", "1.5 h", "2 h", "1.5 d"]);
});

test("percentages, ratios and money", () => {
  assert.equal(formatNumber(0.803, "percent", "card", "en"), "80.3%");
  assert.equal(formatNumber(0.803, "percent", "card", "pt"), "80,3%");
  assert.equal(formatNumber(3.44, "ratio", "card", "en"), "3.4×");
  assert.equal(formatNumber(8010.4, { currency: "EUR" }, "card", "en"), "€8,010");
  assert.equal(formatNumber(80.1, { currency: "EUR" }, "card", "en"), "€80.10");
});

test("the kind follows from the semantic type", () => {
  const kinds = Object.fromEntries(fields.map((field) => [field.name, kindOf(field)]));
  assert.equal(kinds["tickets_created"], "count");
  assert.equal(kinds["resolution_rate"], "percent");
  assert.equal(kinds["resolution_avg_seconds"], "duration");
  assert.equal(kindOf(undefined), "decimal");
  const plain = (name: string) => kindOf({ name, label: name, dataType: "NUMBER", semantics: { semanticType: "NUMBER" } });
  assert.deepEqual(["nps_score", "ltv_cac_ratio", "roas", "open_tickets"].map(plain), ["score", "ratio", "ratio", "decimal"]);
});

test("good and bad follow the direction, not the sign", () => {
  assert.deepEqual(changeOf(90, 100, "duration", "down", "en"), { text: "−10.0%", arrow: "down", tone: "good", words: "down 10.0%, better" });
  assert.equal(changeOf(110, 100, "duration", "down", "en")?.tone, "bad");
  assert.equal(changeOf(110, 100, "count", "neutral", "en")?.tone, "neutral");
  assert.deepEqual(changeOf(0.812, 0.8, "percent", "up", "en"), { text: "+1.2 pp", arrow: "up", tone: "good", words: "up 1.2 pp, better" });
});

test("a change under half a percent is neutral; without a base there is none", () => {
  assert.deepEqual(changeOf(100.4, 100, "duration", "down", "en"), { text: "0.4%", arrow: "flat", tone: "neutral", words: "almost unchanged" });
  assert.equal(changeOf(5, 0, "count", "up", "en"), null);
  assert.equal(changeOf(null, 5, "count", "up", "en"), null);
  assert.equal(changeOf(5, null, "count", "up", "en"), null);
});

test("a goal is met, near or missed in its own direction", () => {
  const fast = { target: 120, direction: "down", near: 0.15 } as const;
  assert.deepEqual([100, 130, 150].map((value) => goalStatus(value, fast)), ["good", "watch", "bad"]);
  const high = { target: 0.85, direction: "up", near: 0.05 } as const;
  assert.deepEqual([0.85, 0.82, 0.7].map((value) => goalStatus(value, high)), ["good", "watch", "bad"]);
});
