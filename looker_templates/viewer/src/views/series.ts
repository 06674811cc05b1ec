// The answers of a time series → one value per day of the period; days without a row stay gaps.

import { labelOf, textOf, type Context } from "../context";
import { daysOf, earlierRange, fromWire, rangeText, tooltipDay, type DateRange, type Day } from "../dates";
import { formatNumber, kindOf, type Kind } from "../numbers";
import type { TimeSeries } from "../report";
import type { Purpose } from "../requests";
import { column, toNumber, type DataAnswer } from "../wire";
import type { Twin } from "./twin";

export type Answers = { readonly [purpose in Purpose]?: DataAnswer };

export interface Points {
  readonly days: readonly Day[];
  readonly values: readonly (number | null)[];
}

export interface Line extends Points {
  readonly name: string;
  readonly previous: boolean;
  readonly color: number;
}

export interface SeriesView {
  readonly title: string;
  readonly kind: Kind;
  readonly days: readonly Day[];
  readonly lines: readonly Line[];
  readonly empty: boolean;
  /** Index of today, whose values are those of a part of the day; null if today is not in the period. */
  readonly unfinished: number | null;
}

/** One value per day of the range. */
export function pointsOf(answer: DataAnswer, dimension: string, metric: string, range: DateRange): Points {
  const values = column(answer, metric).map(toNumber);
  const found = new Map(column(answer, dimension).map((day, index) => [fromWire(day), values[index] ?? null]));
  const days = daysOf({ start: range.start, end: range.end });
  return { days, values: days.map((day) => found.get(day) ?? null) };
}

export function seriesView(item: TimeSeries, answers: Answers, context: Context): SeriesView {
  const dimension = item.dimensions[0] ?? "";
  const now: DateRange = { start: context.state.start, end: context.state.end };
  const earlier = earlierRange(now);
  const lines: Line[] = item.metrics.flatMap((metric, color) => {
    const several = item.metrics.length > 1;
    const name = (range: DateRange): string =>
      several ? `${labelOf(context, metric)}, ${rangeText(range, context.locale)}` : rangeText(range, context.locale);
    const make = (answer: DataAnswer | undefined, range: DateRange, previous: boolean): Line[] =>
      answer ? [{ ...pointsOf(answer, dimension, metric, range), name: name(range), previous, color }] : [];
    // An earlier period without any data is no line to compare with.
    const before = make(answers.compare, earlier, true).filter((line) => line.values.some((value) => value !== null));
    return [...make(answers.main, now, false), ...before];
  });
  const days = daysOf(now);
  const today = days.indexOf(context.today);
  return {
    title: textOf(item.title, context.locale) || item.metrics.map((metric) => labelOf(context, metric)).join(", "),
    kind: kindOf(context.fields.get(item.metrics[0] ?? "")),
    days,
    lines,
    empty: lines.filter((line) => !line.previous).every((line) => line.values.every((value) => value === null)),
    unfinished: today < 0 ? null : today,
  };
}

export function seriesSummary(view: SeriesView, locale: string): string {
  const line = view.lines.find((one) => !one.previous);
  const known = (line?.values ?? []).flatMap((value, index) => (value === null ? [] : [{ value, day: line?.days[index] ?? "" }]));
  if (!line || known.length === 0) return `${view.title}: no values.`;
  const high = known.reduce((best, one) => (one.value > best.value ? one : best));
  const low = known.reduce((best, one) => (one.value < best.value ? one : best));
  const tell = (one: { value: number; day: string }): string =>
    `${formatNumber(one.value, view.kind, "table", locale)} on ${tooltipDay(one.day, locale)}`;
  return `${view.title}, ${line.name}: highest ${tell(high)}, lowest ${tell(low)}.`;
}

export function seriesTwin(view: SeriesView, locale: string): Twin {
  return {
    columns: ["Day", ...view.lines.map((line) => line.name)],
    rows: view.days.map((day, index) => [
      tooltipDay(day, locale),
      ...view.lines.map((line) => formatNumber(line.values[index] ?? null, view.kind, "table", locale)),
    ]),
    raw: view.days.map((day, index) => [day, ...view.lines.map((line) => line.values[index] ?? null)]),
  };
}
