// Metrics down, periods across; then change, goal and status of the last whole period.

import { labelOf, valueText, type Context } from "../context";
import { changeOf, formatNumber, goalStatus, kindOfColumn, NO_VALUE, type Change } from "../numbers";
import type { Tracker } from "../report";
import { goalField } from "../fields";
import { dimensionsOf, frameOf, kindFor, rangeOf, rowsOf, titleOf, write, type Answers, type Row } from "./frame";
import { directionOf } from "./goal";
import { grainOf, slotsOf, type Slot } from "./periods";
import { unfinishedAt, valuesAt } from "./series";
import { GOAL_STATUS, type Status } from "./status";
import type { Twin } from "./twin";
import { inSentence, say } from "./words";

export interface TrackerRow {
  readonly label: string;
  readonly about: string;
  readonly cells: readonly { readonly text: string; readonly value: string | number | null }[];
  readonly change: Change | null;
  readonly goal: string;
  readonly target: number | null;
  readonly status: Status | null;
}

export interface TrackerView {
  readonly title: string;
  readonly slots: readonly Slot[];
  readonly unfinished: number | null;
  /** The period that change and status speak of. */
  readonly last: number;
  readonly rows: readonly TrackerRow[];
  readonly empty: boolean;
}

export function trackerView(item: Tracker, answers: Answers, context: Context): TrackerView {
  const [dimension = ""] = dimensionsOf(item, context);
  const rows = frameOf(item, answers, context);
  const slots = slotsOf(rangeOf(item, context), grainOf(dimension) ?? "month", context.locale);
  const unfinished = unfinishedAt(slots, context.today);
  const last = unfinished !== null && unfinished === slots.length - 1 && slots.length > 1 ? slots.length - 2 : slots.length - 1;
  const goals = rowsOf(answers.goal)[0];
  const metrics = item.metrics.map((metric) => metricRow(metric, rows, dimension, slots, last, goals, context));
  const tops = item.top.map((field, at) => topRow(field, item.top_by ?? "", rowsOf(answers.every?.top?.[at]), dimension, slots, context));
  return { title: titleOf(item, context), slots, unfinished, last, rows: [...metrics, ...tops], empty: metrics.every((row) => row.cells.every((cell) => cell.value === null)) };
}

function metricRow(metric: string, rows: readonly Row[], dimension: string, slots: readonly Slot[], last: number, goals: Row | undefined, context: Context): TrackerRow {
  const values = valuesAt(rows, dimension, metric, slots);
  const kind = kindOfColumn(kindFor(context, metric), values);
  const own = goals?.number(goalField(metric)) ?? null;
  const given = context.report.goals[metric];
  const target = own ?? given?.target ?? null;
  const direction = directionOf(context, metric);
  const now = values[last] ?? null;
  const goal = target === null ? null : { target, direction: direction === "down" ? ("down" as const) : ("up" as const), near: given?.near ?? 0.05 };
  return {
    label: labelOf(context, metric),
    about: context.fields.get(metric)?.description ?? "",
    cells: values.map((value) => ({ value, text: formatNumber(value, kind, "table", context.locale) })),
    change: changeOf(now, values[last - 1] ?? null, kindFor(context, metric), direction, context.locale),
    goal: target === null ? NO_VALUE : write(context, metric, target),
    target,
    status: goal ? (now === null ? null : GOAL_STATUS[goalStatus(now, goal)]) : GOAL_STATUS.none,
  };
}

/** The value of a dimension that has most in each period. */
function topRow(field: string, by: string, rows: readonly Row[], dimension: string, slots: readonly Slot[], context: Context): TrackerRow {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const slot = row.text(dimension) ?? "";
    const size = row.number(by);
    if (size !== null && row.text(field) !== null && size > (best.get(slot)?.number(by) ?? -Infinity)) best.set(slot, row);
  }
  return {
    label: say(context.locale, "most", inSentence(labelOf(context, field), context.locale)),
    about: labelOf(context, by),
    cells: slots.map((slot) => {
      const value = best.get(slot.key)?.text(field) ?? null;
      return { value, text: value === null ? NO_VALUE : valueText(context, field, value) };
    }),
    change: null, goal: "", target: null, status: null,
  };
}

export function trackerTwin(view: TrackerView, locale: string): Twin {
  return {
    columns: [say(locale, "metric"), ...view.slots.map((slot) => slot.long), say(locale, "change"), say(locale, "goal"), say(locale, "status")],
    rows: view.rows.map((row) => [row.label, ...row.cells.map((cell) => cell.text), row.change?.text ?? "", row.goal, row.status ? say(locale, row.status.word) : ""]),
    raw: view.rows.map((row) => [row.label, ...row.cells.map((cell) => cell.value), row.change?.text ?? null, row.target, row.status?.tone ?? null]),
  };
}
