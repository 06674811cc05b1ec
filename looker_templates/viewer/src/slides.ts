// From a report to the slides of its presentation: title, then each page's KPIs, texts and charts in reading order; pure.

import type { Item, Page, Report } from "./report";

export type Slide =
  | { readonly kind: "title" }
  | { readonly kind: "kpis" | "items"; readonly page: Page; readonly items: readonly Item[] };

const MOST_KPIS = 6;
/** Types that need the whole slide to be read from the back of a room. */
const ALONE: ReadonlySet<Item["type"]> = new Set(["table", "pivot", "tracker", "commentary", "text", "health", "treemap", "geo", "heatmap"]);
const WIDE = 9;

/** `without` tells which items have nothing to show here, such as a commentary that nobody wrote. */
export function slidesOf(report: Report, without: (item: Item) => boolean): Slide[] {
  const slides: Slide[] = [{ kind: "title" }];
  for (const page of report.pages) {
    const rows = page.rows.map((row) => row.items.filter((item) => !without(item)));
    const kpis = rows.flat().filter((item) => item.type === "kpi");
    for (const items of inParts(kpis, MOST_KPIS)) slides.push({ kind: "kpis", page, items });
    for (const row of rows) {
      for (const items of besides(row.filter((item) => item.type !== "kpi"))) slides.push({ kind: "items", page, items });
    }
  }
  return slides;
}

/** Equal parts of at most so many. */
function inParts<T>(all: readonly T[], most: number): T[][] {
  const count = Math.ceil(all.length / most);
  const size = Math.ceil(all.length / count);
  return Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Neighbours of a row stand two by two, unless one of them needs the room. */
function besides(row: readonly Item[]): Item[][] {
  const found: Item[][] = [];
  for (const item of row) {
    const last = found.at(-1);
    const before = last?.length === 1 ? last[0] : undefined;
    if (last && before && !needsAll(before) && !needsAll(item)) last.push(item);
    else found.push([item]);
  }
  return found;
}

const needsAll = (item: Item): boolean => ALONE.has(item.type) || (typeof item.span === "number" && item.span >= WIDE);

/** The slide of a number that counts from 1; the nearest one there is. */
export const slideAt = (slides: readonly Slide[], number: number): number => Math.min(Math.max(1, number), slides.length);
