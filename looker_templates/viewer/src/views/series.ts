// The answers of a time series → one value per period; periods without a row stay gaps.

import { labelOf, valueText, type Context } from "../context";
import { daysOf, fromWire, rangeText, type DateRange, type Day } from "../dates";
import { formatNumber, type Kind } from "../numbers";
import type { TimeSeries } from "../report";
import { column, toNumber, type DataAnswer } from "../wire";
import { eventsOf, type Event } from "./events";
import { dimensionsOf, earlierOf, frameOf, keeps, kindFor, rangeOf, rowsOf, titleOf, type Answers, type Row } from "./frame";
import { goalOf, type ItemGoal } from "./goal";
import { topValues } from "./groups";
import { grainOf, slotsOf, type Slot } from "./periods";
import { textOf } from "../context";
import { say } from "./words";

export type { Answers } from "./frame";

export interface Points {
  readonly days: readonly Day[];
  readonly values: readonly (number | null)[];
}

export interface Line {
  readonly name: string;
  readonly kind: Kind;
  readonly role: "now" | "previous" | "forecast";
  /** Index of the series colour; -1 is the grey of "Other". */
  readonly color: number;
  readonly axis: 0 | 1;
  readonly values: readonly (number | null)[];
  /** What each point of a previous period is called; those of the period itself are the slots'. */
  readonly names: readonly string[] | null;
}

export interface Band {
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly color: number;
}

export interface Reference {
  readonly value: number;
  readonly text: string;
}

export interface SeriesView {
  readonly title: string;
  readonly grain: string;
  readonly kinds: readonly Kind[];
  readonly slots: readonly Slot[];
  readonly lines: readonly Line[];
  readonly band: Band | null;
  readonly goal: ItemGoal | null;
  readonly references: readonly Reference[];
  readonly events: readonly Event[];
  readonly spikes: readonly number[];
  readonly empty: boolean;
  /** Index of the period that is not over; null if every one is. */
  readonly unfinished: number | null;
  readonly axisTitles: readonly string[];
}

/** One value per day of the range, for a sparkline. */
export function pointsOf(answer: DataAnswer, dimension: string, metric: string, range: DateRange): Points {
  const values = column(answer, metric).map(toNumber);
  const grain = grainOf(dimension) ?? "day";
  if (grain !== "day") {
    const found = new Map(rowsOf(answer).map((row) => [row.text(dimension), row.number(metric)]));
    const slots = slotsOf(range, grain, "en");
    return { days: slots.map((slot) => slot.start), values: slots.map((slot) => found.get(slot.key) ?? null) };
  }
  const found = new Map(column(answer, dimension).map((day, index) => [fromWire(day), values[index] ?? null]));
  const days = daysOf({ start: range.start, end: range.end });
  return { days, values: days.map((day) => found.get(day) ?? null) };
}

/** The values of a metric, one for each slot. */
export function valuesAt(rows: readonly Row[], dimension: string, metric: string, slots: readonly Slot[]): (number | null)[] {
  const found = new Map(rows.map((row) => [row.text(dimension), row.number(metric)]));
  return slots.map((slot) => found.get(slot.key) ?? null);
}

/** The slot whose days are not over yet, seen from today. */
export function unfinishedAt(slots: readonly Slot[], today: Day): number | null {
  const at = slots.findIndex((slot) => slot.start <= today && today <= slot.end);
  return at < 0 ? null : at;
}

export function seriesView(item: TimeSeries, answers: Answers, context: Context): SeriesView {
  const dimension = dimensionsOf(item, context)[0] ?? "";
  const range = rangeOf(item, context);
  const slots = slotsOf(range, grainOf(dimension) ?? "day", context.locale);
  const rows = frameOf(item, answers, context);
  const drawn = item.metrics.filter((metric) => item.roles[metric] === undefined || item.roles[metric] === "forecast");
  const kinds = distinctKinds(drawn.map((metric) => kindFor(context, metric)));
  const lines = item.breakdown
    ? brokenDown(item, item.breakdown, rows, slots, context)
    : drawn.flatMap((metric) => metricLines(item, metric, rows, slots, kinds, answers, context));
  const metric = drawn[0] ?? "";
  const now = lines.filter((line) => line.role !== "previous");
  const today = unfinishedAt(slots, context.today);
  return {
    title: titleOf(item, context),
    grain: labelOf(context, dimension),
    kinds,
    slots,
    lines: continued(lines),
    band: bandOf(item, rows, dimension, slots),
    goal: goalOf(item.goal, metric, answers, context),
    references: item.reference_lines.map((line) => ({ value: line.value, text: textOf(line.label, context.locale) })),
    events: eventsOf(answers, slots, context.locale),
    spikes: spikesOf(item, rows, dimension, slots),
    empty: now.every((line) => line.values.every((value) => value === null)),
    // A forecast goes on where the measured line ends: there the present is no unfinished end of anything.
    unfinished: !now.some((line) => line.role === "forecast") && (today ?? -1) >= lastAt(now) && now.some((line) => line.role === "now" && today !== null && line.values[today] !== null) ? today : null,
    axisTitles: kinds.length > 1 ? kinds.map((_, axis) => axisTitle(drawn, kinds, axis, context)) : [],
  };
}

const lastAt = (lines: readonly Line[]): number => Math.max(-1, ...lines.map((line) => line.values.findLastIndex((value) => value !== null)));

const same = (left: Kind, right: Kind): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Two units at most: what is of a third one goes with the second. */
export function distinctKinds(kinds: readonly Kind[]): Kind[] {
  return kinds.filter((kind, index) => kinds.findIndex((one) => same(one, kind)) === index).slice(0, 2);
}

export const axisOf = (kind: Kind, kinds: readonly Kind[]): 0 | 1 => (kinds.length > 1 && !same(kind, kinds[0] as Kind) ? 1 : 0);

const axisTitle = (metrics: readonly string[], kinds: readonly Kind[], axis: number, context: Context): string =>
  metrics.filter((metric) => axisOf(kindFor(context, metric), kinds) === axis).map((metric) => labelOf(context, metric)).join(", ");

function metricLines(
  item: TimeSeries, metric: string, rows: readonly Row[], slots: readonly Slot[], kinds: readonly Kind[], answers: Answers, context: Context,
): Line[] {
  const dimension = dimensionsOf(item, context)[0] ?? "";
  const plain = item.metrics.filter((one) => item.roles[one] === undefined);
  const forecast = item.roles[metric] === "forecast";
  const kind = kindFor(context, metric);
  const base = { kind, axis: axisOf(kind, kinds), color: forecast ? 0 : Math.max(0, plain.indexOf(metric)), names: null };
  const range = rangeText(rangeOf(item, context), context.locale);
  const named = plain.length > 1 || Object.keys(item.roles).length > 0;
  const label = forecast ? say(context.locale, "forecast") : labelOf(context, metric);
  const now: Line = { ...base, name: named ? label : range, role: forecast ? "forecast" : "now", values: valuesAt(rows, dimension, metric, slots) };
  const earlier = forecast ? null : previousLine(item, metric, base, named, slots, answers, context);
  return earlier ? [now, earlier] : [now];
}

function previousLine(
  item: TimeSeries, metric: string, base: Pick<Line, "kind" | "axis" | "color">, named: boolean, slots: readonly Slot[], answers: Answers, context: Context,
): Line | null {
  if (!item.compare || !answers.compare) return null;
  const dimension = item.dimensions[0] ?? "";
  const range = earlierOf(item, context);
  const before = slotsOf(range, grainOf(dimension) ?? "day", context.locale);
  const values = valuesAt(rowsOf(answers.compare), dimension, metric, before);
  // An earlier period without any data is no line to compare with.
  if (values.every((value) => value === null)) return null;
  const text = rangeText(range, context.locale);
  return {
    ...base, role: "previous", name: named ? `${labelOf(context, metric)}, ${text}` : text,
    values: slots.map((_, at) => values[at] ?? null), names: slots.map((_, at) => before[at]?.long ?? ""),
  };
}

function brokenDown(item: TimeSeries, breakdown: string, rows: readonly Row[], slots: readonly Slot[], context: Context): Line[] {
  const metric = item.metrics[0] ?? "";
  const kind = kindFor(context, metric);
  const groups = topValues(rows, breakdown, metric, item.limit, context, false);
  return groups.map((group) => ({
    name: group.key === undefined ? group.label : valueText(context, breakdown, group.key),
    kind, role: "now", color: group.color, axis: 0, names: null, values: group.along(item.dimensions[0] ?? "", slots),
  }));
}

/** A forecast begins where the measured line ends, so that no gap is between them. */
function continued(lines: readonly Line[]): Line[] {
  const actual = lines.find((line) => line.role === "now");
  const last = actual ? actual.values.findLastIndex((value) => value !== null) : -1;
  return lines.map((line) =>
    line.role === "forecast" && last >= 0 && line.values[last] === null && line.values[last + 1] != null
      ? { ...line, values: line.values.map((value, at) => (at === last ? (actual?.values[at] ?? null) : value)) }
      : line,
  );
}

function bandOf(item: TimeSeries, rows: readonly Row[], dimension: string, slots: readonly Slot[]): Band | null {
  const of = (role: string): string | undefined => item.metrics.find((metric) => item.roles[metric] === role);
  const [low, high] = [of("low"), of("high")];
  if (!low || !high) return null;
  const band = { low: valuesAt(rows, dimension, low, slots), high: valuesAt(rows, dimension, high, slots), color: 0 };
  return band.low.some((value) => value !== null) ? band : null;
}

function spikesOf(item: TimeSeries, rows: readonly Row[], dimension: string, slots: readonly Slot[]): number[] {
  const { spikes } = item;
  if (!spikes) return [];
  const marked = new Set(rows.filter((row) => keeps(row, spikes)).map((row) => row.text(dimension)));
  return slots.flatMap((slot, at) => (marked.has(slot.key) ? [at] : []));
}

export function seriesSummary(view: SeriesView, locale: string): string {
  const line = view.lines.find((one) => one.role === "now");
  const known = (line?.values ?? []).flatMap((value, at) => (value === null ? [] : [{ value, at }]));
  if (!line || known.length === 0) return `${view.title}: ${say(locale, "none")}.`;
  const high = known.reduce((best, one) => (one.value > best.value ? one : best));
  const low = known.reduce((best, one) => (one.value < best.value ? one : best));
  const tell = (word: "highest" | "lowest", one: { value: number; at: number }): string =>
    say(locale, word, formatNumber(one.value, line.kind, "table", locale), view.slots[one.at]?.long ?? "");
  const others = view.lines.filter((one) => one.role === "now").length - 1;
  return `${view.title}, ${line.name}: ${tell("highest", high)}, ${tell("lowest", low)}${others > 0 ? `, ${say(locale, "more", others)}` : ""}.`;
}
