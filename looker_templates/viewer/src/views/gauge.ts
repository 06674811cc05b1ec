// One value in a half circle with three bands.

import { labelOf, type Context } from "../context";
import { gaugeOption } from "../options/gauge";
import type { Key } from "../legend";
import type { Gauge } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { frameOf, titleOf, write, type Answers } from "./frame";
import type { Tone } from "./status";
import { say } from "./words";

type BandTone = Exclude<Tone, "none">;

export interface GaugeView {
  readonly title: string;
  readonly label: string;
  readonly value: number | null;
  readonly text: string;
  readonly start: number;
  readonly bands: readonly { readonly end: number; readonly text: string; readonly tone: BandTone }[];
  readonly tone: BandTone | null;
}

export function gaugeView(item: Gauge, answers: Answers, context: Context): GaugeView {
  const metric = item.metrics[0] ?? "";
  const value = frameOf(item, answers, context)[0]?.number(metric) ?? null;
  const tones: readonly BandTone[] = item.better === "high" ? ["bad", "watch", "good"] : ["good", "watch", "bad"];
  const bands = item.bands.map((end, at) => ({ end, text: write(context, metric, end, "axis"), tone: tones[at] ?? "watch" }));
  const start = Math.min(0, value ?? 0);
  const found = value === null ? undefined : (bands.find((band) => value < band.end) ?? bands.at(-1));
  return { title: titleOf(item, context), label: labelOf(context, metric), value, text: write(context, metric, value, "card"), start, bands, tone: found?.tone ?? null };
}

export function gaugeDrawing(item: Gauge, answers: Answers, context: Context): Drawing {
  const view = gaugeView(item, answers, context);
  const { locale } = context;
  const word = view.tone === null ? "" : `, ${say(locale, view.tone).toLocaleLowerCase(locale)}`;
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${view.text}${word}.`,
    twin: () => ({
      columns: [say(locale, "metric"), say(locale, "value"), say(locale, "status")],
      rows: [[view.label, view.text, view.tone === null ? "–" : say(locale, view.tone)]],
      raw: [[view.label, view.value, view.tone]],
    }),
    keys: view.bands.map((band, at): Key => ({ name: `${say(locale, band.tone)} ${bandText(view, at)}`, mark: band.tone, color: -1 })),
    empty: view.value === null,
    make: (environment) => gaugeOption(view, environment, view.tone === null ? "" : say(locale, view.tone)),
  });
}

/** `< 50%`, `50%–80%`, `≥ 80%` */
function bandText(view: GaugeView, at: number): string {
  const [before, here] = [view.bands[at - 1]?.text ?? "", view.bands[at]?.text ?? ""];
  if (at === 0) return `< ${here}`;
  return at === view.bands.length - 1 ? `≥ ${before}` : `${before}–${here}`;
}
