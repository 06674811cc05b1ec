// The drawing of a bar chart or a donut: its keys, its summary and its table twin.

import type { Context } from "../context";
import type { Key } from "../legend";
import { formatNumber } from "../numbers";
import { barHeight, barOption } from "../options/bar";
import { donutOption } from "../options/donut";
import type { Bar, Donut } from "../report";
import { drawingOf, type Drawing, type Picked } from "./drawing";
import type { Answers } from "./frame";
import { rankingView, type Entry, type RankingView } from "./ranking";
import type { Twin } from "./twin";
import { say } from "./words";

export function rankingDrawing(item: Bar | Donut, answers: Answers, context: Context): Drawing {
  const view = rankingView(item, answers, context);
  const picks = (entry: Entry | undefined): Picked | null =>
    entry?.key === undefined ? null : { dimension: view.dimension, value: entry.key };
  return drawingOf({
    title: view.title,
    summary: rankingSummary(view, context.locale),
    twin: () => rankingTwin(view, context.locale),
    note: view.note,
    keys: rankingKeys(view, item),
    empty: view.empty,
    missing: missingOf(view),
    make: (environment) => (item.type === "bar" ? barOption(view, environment) : donutOption(view, environment)),
    pick: (hit) => picks(view.entries[hit.dataIndex]),
    pickRow: (row) => picks(view.all[row]),
    entries: item.type === "donut" ? view.entries : null,
    height: item.type === "bar" ? barHeight(view) : null,
  });
}

function missingOf(view: RankingView): Drawing["missing"] {
  if (view.missing === null) return null;
  const measure = view.measures[0];
  return view.missing === "dimension"
    ? { field: view.dimension, label: view.dimensionLabel }
    : { field: measure?.field ?? "", label: measure?.label ?? "" };
}

const rankingKeys = (view: RankingView, item: Bar | Donut): Key[] =>
  item.type === "bar" && view.measures.length > 1 ? view.measures.map((one, color) => ({ name: one.label, mark: "box", color })) : [];

export function rankingSummary(view: RankingView, locale: string): string {
  if (view.entries.length === 0) return `${view.title}: ${say(locale, "none")}.`;
  const tell = view.entries.slice(0, 3).map((entry) => `${entry.label} ${entry.text}${entry.share ? ` (${entry.share})` : ""}`);
  const more = view.entries.length - tell.length;
  return `${view.title}: ${tell.join(", ")}${more > 0 ? `, ${say(locale, "more", more)}` : ""}.`;
}

export function rankingTwin(view: RankingView, locale: string): Twin {
  const shares = view.all.some((entry) => entry.share !== null);
  return {
    columns: [view.dimensionLabel, ...view.measures.map((one) => one.label), ...(shares ? [say(locale, "share")] : [])],
    rows: view.all.map((entry) => [
      entry.label,
      ...view.measures.map((one, at) => formatNumber(entry.parts[at] ?? null, one.kind, "table", locale)),
      ...(shares ? [entry.share ?? ""] : []),
    ]),
    raw: view.all.map((entry) => [entry.key ?? null, ...entry.parts, ...(shares ? [view.total ? entry.value / view.total : null] : [])]),
  };
}
