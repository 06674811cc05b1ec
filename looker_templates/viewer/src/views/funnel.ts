// Ordered steps, one metric each, with the rate from step to step.

import { labelOf, type Context } from "../context";
import { funnelHeight, funnelOption } from "../options/funnel";
import type { Funnel } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { frameOf, titleOf, write, type Answers } from "./frame";
import { shareText } from "./ranking";
import { say } from "./words";

export interface Step {
  readonly label: string;
  readonly value: number | null;
  readonly text: string;
  /** Of the step before; null for the first one and where it cannot be told. */
  readonly rate: number | null;
  readonly rateText: string;
  readonly ofFirst: number | null;
}

export interface FunnelView {
  readonly title: string;
  readonly steps: readonly Step[];
}

export function funnelView(item: Funnel, answers: Answers, context: Context): FunnelView {
  const row = frameOf(item, answers, context)[0];
  const values = item.metrics.map((metric) => row?.number(metric) ?? null);
  const over = (value: number | null | undefined, base: number | null | undefined): number | null => (value == null || !base ? null : value / base);
  return {
    title: titleOf(item, context),
    steps: item.metrics.map((metric, at) => {
      const value = values[at] ?? null;
      const rate = at === 0 ? null : over(value, values[at - 1]);
      return { label: labelOf(context, metric), value, text: write(context, metric, value), rate, rateText: rate === null ? "–" : shareText(rate, context), ofFirst: at === 0 ? null : over(value, values[0]) };
    }),
  };
}

export function funnelDrawing(item: Funnel, answers: Answers, context: Context): Drawing {
  const view = funnelView(item, answers, context);
  const { locale } = context;
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${view.steps.map((step) => `${step.label} ${step.text}${step.rate === null ? "" : ` (${step.rateText})`}`).join(", ")}.`,
    twin: () => ({
      columns: [say(locale, "step"), say(locale, "value"), say(locale, "fromStep"), say(locale, "fromFirst")],
      rows: view.steps.map((step) => [step.label, step.text, step.rate === null ? "–" : step.rateText, step.ofFirst === null ? "–" : shareText(step.ofFirst, context)]),
      raw: view.steps.map((step) => [step.label, step.value, step.rate, step.ofFirst]),
    }),
    empty: view.steps.every((step) => step.value === null),
    make: (environment) => funnelOption(view, environment),
    height: funnelHeight(view),
  });
}
