// The slides of a report: pure, from the template and from what is left out.

import assert from "node:assert/strict";
import test from "node:test";
import type { Item, Report } from "../src/report";
import { slideAt, slidesOf } from "../src/slides";
import { report as small } from "./report_for_tests";

const item = (id: string, type: Item["type"], span: number | "auto" = 6): Item => ({ ...(small.pages[0]?.rows[0]?.items[0] as Item), id, type, span }) as Item;
const report = (rows: readonly (readonly Item[])[]): Report => ({ ...small, pages: [{ id: "one", title: "One", rows: rows.map((items) => ({ height: "m", items })) }] }) as unknown as Report;
const shape = (rows: readonly (readonly Item[])[], gone: readonly string[] = []): string[] =>
  slidesOf(report(rows), (one) => gone.includes(one.id)).map((slide) => (slide.kind === "title" ? "title" : `${slide.kind} ${slide.items.map((one) => one.id).join(" ")}`));

test("a title, the numbers of a page on one slide, then charts two by two; what needs room stands alone", () => {
  const rows = [
    [1, 2, 3, 4, 5].map((at) => item(`k${at}`, "kpi", "auto")),
    [item("said", "commentary", 12)],
    [item("a", "time_series", 4), item("b", "bar", 4), item("c", "donut", 4)],
    [item("wide", "time_series", 12)],
    [item("d", "bar"), item("rows", "table")],
  ];
  assert.deepEqual(shape(rows), ["title", "kpis k1 k2 k3 k4 k5", "items said", "items a b", "items c", "items wide", "items d", "items rows"]);
  assert.deepEqual(shape(rows, ["said", "a"]), ["title", "kpis k1 k2 k3 k4 k5", "items b c", "items wide", "items d", "items rows"]);
  assert.deepEqual(shape([[1, 2, 3, 4, 5, 6, 7].map((at) => item(`k${at}`, "kpi", "auto"))]), ["title", "kpis k1 k2 k3 k4", "kpis k5 k6 k7"]);
});

test("a number that is no slide is the nearest one", () => {
  const slides = slidesOf(report([[item("a", "bar")]]), () => false);
  assert.deepEqual([slideAt(slides, 0), slideAt(slides, 2), slideAt(slides, 99)], [1, 2, 2]);
});
