// A bridge from a start to an end.

import { labelOf, type Context } from "../context";
import { waterfallOption } from "../options/waterfall";
import type { Kind } from "../numbers";
import { formatNumber } from "../numbers";
import type { Waterfall } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { frameOf, kindFor, titleOf, type Answers } from "./frame";
import { say } from "./words";

export interface Bridge {
  readonly label: string;
  /** Where the column begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly amount: number | null;
  readonly text: string;
  readonly role: "end" | "plus" | "minus";
}

export interface WaterfallView {
  readonly title: string;
  readonly kind: Kind;
  readonly steps: readonly Bridge[];
}

// Rounded parts never add up to the last cent.
const SLIGHT = 0.005;

export function waterfallView(item: Waterfall, answers: Answers, context: Context): WaterfallView {
  const row = frameOf(item, answers, context)[0];
  const [first = "", last = ""] = [item.metrics[0], item.metrics.at(-1)];
  const kind = kindFor(context, first);
  const start = row?.number(first) ?? null;
  const end = row?.number(last) ?? null;
  const text = (amount: number | null, signed: boolean): string => `${signed && amount !== null && amount > 0 ? "+" : ""}${formatNumber(amount, kind, "card", context.locale)}`;
  let level = start ?? 0;
  const step = (label: string, amount: number | null): Bridge => {
    const from = level;
    level += amount ?? 0;
    return { label, from, to: level, amount, text: text(amount, true), role: (amount ?? 0) < 0 ? "minus" : "plus" };
  };
  const steps = item.metrics.slice(1, -1).map((metric) => {
    const amount = row?.number(metric) ?? null;
    return step(labelOf(context, metric), amount === null || !item.minus.includes(metric) ? amount : -amount);
  });
  const rest = end === null || start === null ? 0 : end - level;
  if (Math.abs(rest) > SLIGHT * Math.max(Math.abs(end ?? 0), 1)) steps.push(step(say(context.locale, "other"), rest));
  const whole = (label: string, amount: number | null): Bridge => ({ label, from: 0, to: amount ?? 0, amount, text: text(amount, false), role: "end" });
  return { title: titleOf(item, context), kind, steps: [whole(labelOf(context, first), start), ...steps, whole(labelOf(context, last), end)] };
}

export function waterfallDrawing(item: Waterfall, answers: Answers, context: Context): Drawing {
  const view = waterfallView(item, answers, context);
  const { locale } = context;
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${view.steps.map((step) => `${step.label} ${step.text}`).join(", ")}.`,
    twin: () => ({
      columns: [say(locale, "step"), say(locale, "value")],
      rows: view.steps.map((step) => [step.label, step.text]),
      raw: view.steps.map((step) => [step.label, step.amount]),
    }),
    empty: view.steps.every((step) => step.amount === null),
    make: (environment) => waterfallOption(view, environment),
  });
}
