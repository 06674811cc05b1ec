// Loads the chart engine, and the parts of it that rarer kinds of charts need, once each.

import { signal, type Signal } from "@preact/signals";
import { Problem } from "./api";
import { measureText } from "./options/widths";
import type { Item } from "./report";

export type Engine = typeof import("./engine");
type Lot = "first" | "ring" | "rare";

const LOTS: { readonly [type: string]: Lot } = {
  donut: "ring", bullet: "rare", gauge: "rare", geo: "rare", heatmap: "rare", scatter: "rare", treemap: "rare",
};
const lots: { readonly [lot in Lot]: Signal<Engine | Problem | null> } = { first: signal(null), ring: signal(null), rare: signal(null) };
const asked = new Map<Lot, Promise<Engine>>();

/** The parts that draw a type of item. */
export const lotOf = (type: Item["type"]): Lot => LOTS[type] ?? "first";

/** Takes the engine with all that a type of item needs; those who read its signal are drawn again then. */
export const loadEngine = (type: Item["type"]): Promise<Engine> => take(lotOf(type));

/** Asks again for everything that did not come: one press brings all charts of a page back. */
export function retryEngine(): void {
  for (const lot of Object.keys(lots) as Lot[]) {
    if (lots[lot].value instanceof Problem) void take(lot).catch(() => undefined);
  }
}

function take(lot: Lot): Promise<Engine> {
  let wanted = asked.get(lot);
  if (!wanted) {
    lots[lot].value = null;
    asked.set(lot, (wanted = load(lot)));
    wanted.then(
      (engine) => (lots[lot].value = engine),
      () => {
        lots[lot].value = new Problem("", 0, "unreachable", null);
        asked.delete(lot);
      },
    );
  }
  return wanted;
}

/** The engine for a type of item; null while it is on its way, a problem if it did not come. */
export function engineFor(type: Item["type"]): Engine | Problem | null {
  return lots[lotOf(type)].value;
}

async function load(lot: Lot): Promise<Engine> {
  const parts = lot === "ring" ? import("./ring_parts") : lot === "rare" ? import("./rare_parts") : null;
  const [engine] = await Promise.all([import("./engine"), parts]);
  engine.setPlatformAPI({ measureText });
  return engine;
}
