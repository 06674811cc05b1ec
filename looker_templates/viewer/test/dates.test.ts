import assert from "node:assert/strict";
import test from "node:test";
import { axisDay, daysOf, earlierRange, fromWire, isDay, lengthOf, nearestRange, rangeText, todayIn, tooltipDay } from "../src/dates";
import { presetRange, within } from "../src/presets";

test("a range keeps its length when it is moved before itself", () => {
  assert.deepEqual(earlierRange({ start: "2026-09-29", end: "2026-10-26" }), { start: "2026-09-01", end: "2026-09-28" });
  assert.deepEqual(earlierRange({ start: "2024-03-01", end: "2024-03-01" }), { start: "2024-02-29", end: "2024-02-29" });
  assert.equal(lengthOf({ start: "2025-03-29", end: "2025-03-31" }), 3);
});

test("a clock change adds no day and takes none", () => {
  assert.deepEqual(daysOf({ start: "2025-03-29", end: "2025-03-31" }), ["2025-03-29", "2025-03-30", "2025-03-31"]);
});

test("presets are seen from today and leave today out where it is not over", () => {
  assert.deepEqual(presetRange("last_28_days", "2026-11-22"), { start: "2026-10-25", end: "2026-11-21" });
  assert.deepEqual(presetRange("last_full_month", "2026-03-01"), { start: "2026-02-01", end: "2026-02-28" });
  assert.deepEqual(presetRange("this_month", "2026-03-01"), { start: "2026-03-01", end: "2026-03-01" });
  // 22 November 2026 is a Sunday: its week is not over.
  assert.deepEqual(presetRange("last_12_weeks", "2026-11-22"), { start: "2026-08-24", end: "2026-11-15" });
  assert.deepEqual(presetRange("last_12_months", "2026-11-22"), { start: "2025-11-01", end: "2026-10-31" });
  assert.deepEqual(presetRange("last_full_quarter", "2026-02-10"), { start: "2025-10-01", end: "2025-12-31" });
  assert.deepEqual(presetRange("this_year", "2026-11-22"), { start: "2026-01-01", end: "2026-11-22" });
});

test("a range longer than a control allows loses its beginning", () => {
  const year = { start: "2025-01-01", end: "2025-12-31" };
  assert.deepEqual(within(year, 31), { start: "2025-12-01", end: "2025-12-31" });
  assert.deepEqual([within(year, 365), within(year, undefined)], [year, year]);
});

test("today depends on the zone, and an unknown zone is the reader's own", () => {
  const late = new Date("2026-11-21T23:30:00Z");
  assert.equal(todayIn("Europe/Athens", late), "2026-11-22");
  assert.equal(todayIn("America/New_York", late), "2026-11-21");
  assert.match(todayIn("Nowhere/Land", late), /^2026-11-2[12]$/);
});

test("the nearest period ends on the latest day before, or begins on the earliest one after", () => {
  const empty = { start: "2026-10-25", end: "2026-11-21" };
  assert.deepEqual(nearestRange(["2025-03-14", "2025-01-01"], empty), { start: "2025-02-15", end: "2025-03-14" });
  assert.deepEqual(nearestRange(["2027-01-01", "2027-02-01"], empty), { start: "2027-01-01", end: "2027-01-28" });
  assert.deepEqual(nearestRange(["2026-12-01", "2026-10-01"], empty), { start: "2026-09-04", end: "2026-10-01" });
  assert.equal(nearestRange([], empty), null);
});

test("days are read from the wire, and nothing else is", () => {
  assert.equal(fromWire("20250314"), "2025-03-14");
  for (const wrong of ["2025-03-14", "20250230", "202503", null, ""]) assert.equal(fromWire(wrong), null);
  assert.ok(isDay("2024-02-29") && !isDay("2025-02-29") && !isDay("2025-2-1") && !isDay(null));
});

test("days are written as the design says", () => {
  assert.equal(axisDay("2026-09-09", "en"), "9 Sep");
  assert.equal(tooltipDay("2026-09-09", "en"), "Wed, 9 Sep 2026");
  assert.equal(rangeText({ start: "2026-09-01", end: "2026-09-30" }, "en"), "1–30 Sep 2026");
  assert.equal(rangeText({ start: "2026-08-27", end: "2026-09-30" }, "en", false), "27 Aug – 30 Sep");
  assert.equal(rangeText({ start: "2025-12-27", end: "2026-01-02" }, "en", false), "27 Dec 2025 – 2 Jan 2026");
  assert.equal(rangeText({ start: "2026-09-01", end: "2026-09-01" }, "en"), "1 Sep 2026");
});
