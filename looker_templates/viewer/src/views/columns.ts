// The answers of a column chart or a combo → one value per period and part; columns stand on zero.

import { labelOf, valueText, type Context } from "../context";
import type { Kind } from "../numbers";
import type { Column, Combo } from "../report";
import { eventsOf, type Event } from "./events";
import { dimensionsOf, frameOf, kindFor, rangeOf, titleOf, type Answers, type Row } from "./frame";
import { goalOf, type ItemGoal } from "./goal";
import { leftOut, topValues } from "./groups";
import { naturally } from "./order";
import { grainOf, slotsOf, type Slot } from "./periods";
import { axisOf, distinctKinds, unfinishedAt, valuesAt } from "./series";
import { say } from "./words";

export interface Part {
  readonly name: string;
  /** The value to filter by, where the parts are values of a breakdown; undefined for "Other" and for metrics. */
  readonly key: string | null | undefined;
  readonly kind: Kind;
  readonly color: number;
  readonly axis: 0 | 1;
  readonly line: boolean;
  readonly values: readonly (number | null)[];
}

export interface ColumnsView {
  readonly title: string;
  readonly dimension: string;
  readonly dimensionLabel: string;
  readonly breakdown: string | null;
  readonly slots: readonly Slot[];
  readonly parts: readonly Part[];
  readonly stacked: boolean;
  readonly kinds: readonly Kind[];
  readonly axisTitles: readonly string[];
  readonly goal: ItemGoal | null;
  readonly events: readonly Event[];
  readonly unfinished: number | null;
  readonly note: string | null;
  readonly empty: boolean;
}

export function columnsView(item: Column | Combo, answers: Answers, context: Context): ColumnsView {
  const dimension = dimensionsOf(item, context)[0] ?? "";
  const rows = frameOf(item, answers, context);
  const slots = slotsFor(item, dimension, rows, context);
  const lines = item.type === "combo" ? item.lines : [];
  // A combo's lines have the second axis, whatever their unit, unless all have the same.
  const drawn = [...item.metrics.filter((metric) => !lines.includes(metric)), ...lines];
  const kinds = distinctKinds(drawn.map((metric) => kindFor(context, metric)));
  const breakdown = item.type === "column" ? (item.breakdown ?? null) : null;
  const limit = item.type === "column" ? item.limit : 0;
  const groups = breakdown ? topValues(rows, breakdown, item.metrics[0] ?? "", limit, context) : [];
  const parts = breakdown
    ? groups.map((group): Part => ({
        name: group.key === undefined ? group.label : valueText(context, breakdown, group.key), key: group.key,
        kind: kinds[0] ?? "count", color: group.color, axis: 0, line: false, values: group.along(dimension, slots),
      }))
    : drawn.map((metric, color): Part => ({
        name: labelOf(context, metric), key: undefined, kind: kindFor(context, metric), color,
        axis: axisOf(kindFor(context, metric), kinds), line: lines.includes(metric), values: valuesAt(rows, dimension, metric, slots),
      }));
  const today = grainOf(dimension) ? unfinishedAt(slots, context.today) : null;
  const known = parts.filter((part) => part.values.some((value) => value !== null));
  const lacks = known.length > 0 ? parts.filter((part) => !known.includes(part)).map((part) => part.name) : [];
  const left = breakdown ? leftOut(rows, breakdown, groups) : 0;
  return {
    title: titleOf(item, context),
    dimension,
    dimensionLabel: labelOf(context, dimension),
    breakdown,
    slots,
    parts: known.length > 0 ? known : parts,
    stacked: item.type === "column" && item.stacked && parts.length > 1,
    kinds,
    axisTitles: kinds.length > 1 ? kinds.map((_, axis) => parts.filter((part) => part.axis === axis).map((part) => part.name).join(", ")) : [],
    goal: item.type === "column" ? goalOf(item.goal, item.metrics[0] ?? "", answers, context) : null,
    events: eventsOf(answers, slots, context.locale),
    unfinished: today !== null && parts.some((part) => part.values[today] !== null) ? today : null,
    note: left > 0 ? say(context.locale, "largestOf", groups.length, groups.length + left) : lacks.length > 0 ? say(context.locale, "lacks", lacks.join(", ")) : null,
    empty: parts.every((part) => part.values.every((value) => value === null)),
  };
}

/** The periods of the range; of a dimension that is no calendar, the values that there are. */
function slotsFor(item: Column | Combo, dimension: string, rows: readonly Row[], context: Context): Slot[] {
  const grain = grainOf(dimension);
  if (grain) return slotsOf(rangeOf(item, context), grain, context.locale);
  const keys = [...new Set(rows.map((row) => row.text(dimension)))].sort(naturally);
  return keys.map((key) => {
    const text = valueText(context, dimension, key);
    return { key: key ?? "", start: "", end: "", axis: text, long: text };
  });
}
