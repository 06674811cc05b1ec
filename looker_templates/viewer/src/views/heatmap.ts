// Two dimensions against each other as cells that are darker where there is more.

import { labelOf, valueText, type Context } from "../context";
import { heatmapHeight, heatmapOption } from "../options/heatmap";
import type { Kind } from "../numbers";
import type { Heatmap } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { dimensionsOf, frameOf, kindFor, titleOf, write, type Answers, type Row } from "./frame";
import { naturally } from "./order";
import { grainOf, periodText } from "./periods";
import { say } from "./words";

export interface Side {
  readonly field: string;
  readonly label: string;
  readonly keys: readonly (string | null)[];
  readonly texts: readonly string[];
  /** Hours, weekdays, months, numbers: in an order of their own. */
  readonly ordered: boolean;
}

export interface HeatmapView {
  readonly title: string;
  readonly down: Side;
  readonly across: Side;
  readonly metric: string;
  readonly kind: Kind;
  /** Row by row; null is no value. */
  readonly cells: readonly (readonly (number | null)[])[];
  readonly low: number;
  readonly high: number;
  /** Darker where there is less: that is where attention is needed. */
  readonly turned: boolean;
  readonly empty: boolean;
}

const ORDERED = new Set(["DAY_OF_WEEK", "HOUR"]);
const MONDAY_FIRST = ["1", "2", "3", "4", "5", "6", "0"];

export function heatmapView(item: Heatmap, answers: Answers, context: Context): HeatmapView {
  const rows = frameOf(item, answers, context);
  const metric = item.metrics[0] ?? "";
  const [one, other] = dimensionsOf(item, context).map((field) => sideOf(field, rows, metric, context));
  const sides = [one ?? NOTHING, other ?? NOTHING] as const;
  // Names are read along the side, and the longer list goes down.
  const turn = !sides[1].ordered && (sides[0].ordered || sides[1].keys.length > sides[0].keys.length);
  const [down, across] = turn ? [sides[1], sides[0]] : sides;
  const found = new Map(rows.map((row) => [JSON.stringify([row.text(down.field), row.text(across.field)]), row.number(metric)]));
  const cells = down.keys.map((left) => across.keys.map((right) => found.get(JSON.stringify([left, right])) ?? null));
  const known = cells.flat().filter((value) => value !== null);
  return {
    title: titleOf(item, context), down, across, metric: labelOf(context, metric), kind: kindFor(context, metric), cells,
    low: Math.min(...known), high: Math.max(...known), turned: item.better === "high", empty: known.length === 0,
  };
}

const NOTHING: Side = { field: "", label: "", keys: [], texts: [], ordered: false };

const isOrdered = (field: string, context: Context): boolean =>
  grainOf(field) !== null || ORDERED.has(context.fields.get(field)?.semantics.semanticType ?? "") || context.fields.get(field)?.dataType === "NUMBER";

function sideOf(field: string, rows: readonly Row[], metric: string, context: Context): Side {
  const sums = new Map<string | null, number>();
  for (const row of rows) sums.set(row.text(field), (sums.get(row.text(field)) ?? 0) + Math.abs(row.number(metric) ?? 0));
  const type = context.fields.get(field)?.semantics.semanticType;
  const side = { field, label: labelOf(context, field), keys: [...sums.keys()], ordered: isOrdered(field, context) };
  if (type === "DAY_OF_WEEK") side.keys.sort((left, right) => MONDAY_FIRST.indexOf(left ?? "") - MONDAY_FIRST.indexOf(right ?? ""));
  else if (side.ordered) side.keys.sort(naturally);
  else side.keys.sort((left, right) => (sums.get(right) ?? 0) - (sums.get(left) ?? 0));
  return { ...side, texts: side.keys.map((key) => (key === null ? say(context.locale, "notSet") : (periodText(field, key, context.locale) ?? plainNumber(valueText(context, field, key))))) };
}

/** `3.0` as 3. */
const plainNumber = (text: string): string => text.replace(/^(-?\d+)\.0$/, "$1");

export function heatmapDrawing(item: Heatmap, answers: Answers, context: Context): Drawing {
  const view = heatmapView(item, answers, context);
  const metric = item.metrics[0] ?? "";
  const text = (value: number | null): string => write(context, metric, value);
  return drawingOf({
    title: view.title,
    summary: summaryOf(view, text, context.locale),
    twin: () => ({
      columns: [view.down.label, ...view.across.texts],
      rows: view.cells.map((cells, at) => [view.down.texts[at] ?? "", ...cells.map(text)]),
      raw: view.cells.map((cells, at) => [view.down.keys[at] ?? null, ...cells]),
    }),
    scale: view.empty ? null : { low: text(view.turned ? view.high : view.low), high: text(view.turned ? view.low : view.high), strong: false },
    empty: view.empty,
    make: (environment) => heatmapOption(view, environment),
    pick: (hit) => {
      const at = (hit.data as { value?: readonly number[] } | undefined)?.value?.[1];
      return at === undefined ? null : { dimension: view.down.field, value: view.down.keys[at] ?? null };
    },
    pickRow: (row) => ({ dimension: view.down.field, value: view.down.keys[row] ?? null }),
    height: heatmapHeight(view),
  });
}

function summaryOf(view: HeatmapView, text: (value: number | null) => string, locale: string): string {
  if (view.empty) return `${view.title}: ${say(locale, "none")}.`;
  const place = (value: number): string => {
    const down = view.cells.findIndex((cells) => cells.includes(value));
    return `${view.down.texts[down] ?? ""}, ${view.across.texts[view.cells[down]?.indexOf(value) ?? 0] ?? ""}`;
  };
  return `${view.title}: ${say(locale, "highest", text(view.high), place(view.high))}, ${say(locale, "lowest", text(view.low), place(view.low))}.`;
}
