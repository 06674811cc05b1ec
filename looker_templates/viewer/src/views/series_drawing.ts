// A time series' drawing: its keys, its summary and its table twin.

import type { Key } from "../legend";
import { directlyNamed, timeSeriesOption } from "../options/time_series";
import { formatNumber } from "../numbers";
import type { TimeSeries } from "../report";
import type { Context } from "../context";
import { drawingOf, type Drawing } from "./drawing";
import { frameOf, type Answers } from "./frame";
import { leftOut, topValues } from "./groups";
import { seriesSummary, seriesView, type SeriesView } from "./series";
import type { Twin } from "./twin";
import { say } from "./words";

export function seriesDrawing(item: TimeSeries, answers: Answers, context: Context): Drawing {
  const view = seriesView(item, answers, context);
  return drawingOf({
    title: view.title,
    summary: seriesSummary(view, context.locale),
    twin: () => seriesTwin(view, context.locale),
    note: noteOf(item, answers, context),
    keys: keysOf(view, context.locale),
    events: view.events,
    empty: view.empty,
    make: (environment) => timeSeriesOption(view, environment),
  });
}

function noteOf(item: TimeSeries, answers: Answers, context: Context): string | null {
  if (!item.breakdown) return null;
  const rows = frameOf(item, answers, context);
  const groups = topValues(rows, item.breakdown, item.metrics[0] ?? "", item.limit, context, false);
  const left = leftOut(rows, item.breakdown, groups);
  return left > 0 ? say(context.locale, "largestOf", groups.length, groups.length + left) : null;
}

export function keysOf(view: SeriesView, locale: string): Key[] {
  const direct = directlyNamed(view);
  const lines = direct ? [] : view.lines.map((line): Key => ({ name: line.name, color: line.color, mark: line.role === "now" ? "line" : line.role }));
  return [
    ...lines,
    ...(view.band ? [{ name: say(locale, "band"), color: view.band.color, mark: "band" as const }] : []),
    ...(view.unfinished === null ? [] : [{ name: say(locale, "keySoFar"), color: 0, mark: "soFar" as const }]),
    ...(view.spikes.length > 0 ? [{ name: say(locale, "spike"), color: 0, mark: "dot" as const }] : []),
  ];
}

export function seriesTwin(view: SeriesView, locale: string): Twin {
  const notes = new Map(view.events.map((event) => [event.at, event.notes.map((note) => note.text).join(" ")]));
  const noted = notes.size > 0;
  const bands = view.band ? [view.band.low, view.band.high] : [];
  const kind = view.kinds[0] ?? "count";
  return {
    columns: [view.grain, ...view.lines.map((line) => line.name), ...(view.band ? ["≥", "≤"].map((sign) => `${say(locale, "band")} ${sign}`) : []), ...(noted ? [say(locale, "notes")] : [])],
    rows: view.slots.map((slot, at) => [
      slot.long,
      ...view.lines.map((line) => formatNumber(line.values[at] ?? null, line.kind, "table", locale)),
      ...bands.map((values) => formatNumber(values[at] ?? null, kind, "table", locale)),
      ...(noted ? [notes.get(at) ?? ""] : []),
    ]),
    raw: view.slots.map((slot, at) => [
      slot.start === slot.end ? slot.start : slot.key,
      ...view.lines.map((line) => line.values[at] ?? null),
      ...bands.map((values) => values[at] ?? null),
      ...(noted ? [notes.get(at) ?? null] : []),
    ]),
  };
}
