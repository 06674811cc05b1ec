// The columns that the items of a row take when some of them are left out, and the rows that come first; pure.

import { isCharted } from "./drawing";
import type { Item, Row } from "./report";

const COLUMNS = 12;
const ALWAYS_NEAR = 2;

/** How many rows are drawn at once: those down to the first chart; all of them where there is no chart. */
export function nearRows(rows: readonly Row[]): number {
  const first = rows.findIndex((row) => row.items.some(isCharted));
  return first < 0 ? rows.length : Math.max(ALWAYS_NEAR, first + 1);
}

/** Each visible item with its span; those left share the room of the others in proportion. */
export function spansOf(row: Row, hidden: ReadonlySet<string>): ReadonlyMap<string, Item["span"]> {
  const left = row.items.filter((item) => !hidden.has(item.id));
  const numbers = left.map((item) => (typeof item.span === "number" ? item.span : 0));
  const total = numbers.reduce((sum, one) => sum + one, 0);
  if (left.length === row.items.length || total === 0) return new Map(left.map((item) => [item.id, item.span]));
  const shares = numbers.map((one) => (one * COLUMNS) / total);
  const spans = shares.map(Math.floor);
  // What rounding leaves over goes to the items that lost most by it.
  const order = shares.map((share, index) => [share - Math.floor(share), index] as const).sort((a, b) => b[0] - a[0]);
  const over = COLUMNS - spans.reduce((sum, one) => sum + one, 0);
  for (const [, index] of order.slice(0, over)) spans[index] = (spans[index] ?? 0) + 1;
  return new Map(left.map((item, index) => [item.id, spans[index] ?? COLUMNS]));
}
