// The drawing of a column chart or a combo: its keys, its summary and its table twin.

import type { Context } from "../context";
import type { Key } from "../legend";
import { formatNumber } from "../numbers";
import { columnsOption } from "../options/columns";
import type { Column, Combo } from "../report";
import { columnsView, type ColumnsView } from "./columns";
import { drawingOf, type Drawing, type Hit, type Picked } from "./drawing";
import { sumOf, type Answers } from "./frame";
import type { Twin } from "./twin";
import { say } from "./words";

export function columnsDrawing(item: Column | Combo, answers: Answers, context: Context): Drawing {
  const view = columnsView(item, answers, context);
  return drawingOf({
    title: view.title,
    summary: columnsSummary(view, context.locale),
    twin: () => columnsTwin(view, context.locale),
    note: view.note,
    keys: keysOf(view, context.locale),
    events: view.events,
    empty: view.empty,
    make: (environment) => columnsOption(view, environment),
    pick: (hit) => pickOf(view, hit),
    pickRow: (row) => (view.breakdown ? null : { dimension: view.dimension, value: view.slots[row]?.key ?? null }),
  });
}

/** A click on a part chooses the part; on a column without parts, the period. */
function pickOf(view: ColumnsView, hit: Hit): Picked | null {
  const part = view.parts[Number(hit.seriesId?.split("-")[1] ?? 0)];
  if (view.breakdown) return part?.key === undefined ? null : { dimension: view.breakdown, value: part.key };
  return { dimension: view.dimension, value: view.slots[hit.dataIndex]?.key || null };
}

function keysOf(view: ColumnsView, locale: string): Key[] {
  const several = view.parts.length > 1 || view.parts.some((part) => part.line);
  const parts = several ? view.parts.map((part): Key => ({ name: part.name, mark: part.line ? "line" : "box", color: part.color })) : [];
  return [...parts, ...(view.unfinished === null ? [] : [{ name: say(locale, "keySoFar"), mark: "open" as const, color: several ? -1 : 0 }])];
}

/** What a slot comes to: its stack, or its first part. */
const heightOf = (view: ColumnsView, at: number): number | null =>
  view.stacked ? sumOf(view.parts.map((part) => part.values[at] ?? null)) : (view.parts[0]?.values[at] ?? null);

export function columnsSummary(view: ColumnsView, locale: string): string {
  const known = view.slots.flatMap((slot, at) => {
    const value = heightOf(view, at);
    return value === null ? [] : [{ value, slot }];
  });
  if (known.length === 0) return `${view.title}: ${say(locale, "none")}.`;
  const high = known.reduce((best, one) => (one.value > best.value ? one : best));
  const low = known.reduce((best, one) => (one.value < best.value ? one : best));
  const kind = view.parts[0]?.kind ?? "count";
  const tell = (word: "highest" | "lowest", one: typeof high): string => say(locale, word, formatNumber(one.value, kind, "table", locale), one.slot.long);
  const names = view.parts.length > 1 ? ` (${view.parts.map((part) => part.name).join(", ")})` : "";
  return `${view.title}${names}: ${tell("highest", high)}, ${tell("lowest", low)}.`;
}

export function columnsTwin(view: ColumnsView, locale: string): Twin {
  return {
    columns: [view.dimensionLabel, ...view.parts.map((part) => part.name)],
    rows: view.slots.map((slot, at) => [slot.long, ...view.parts.map((part) => formatNumber(part.values[at] ?? null, part.kind, "table", locale))]),
    raw: view.slots.map((slot, at) => [slot.key || null, ...view.parts.map((part) => part.values[at] ?? null)]),
  };
}
