// The answers of a KPI → what its card says.

import { labelOf, textOf, type Context } from "../context";
import { rangeText, type Day } from "../dates";
import { changeOf, formatNumber, NO_VALUE, type Change } from "../numbers";
import type { Kpi } from "../report";
import { inUnits } from "../units";
import { earlierOf, frameOf, kindFor, rangeOf, rowsOf, write, type Answers } from "./frame";
import { goalOf as goalFor, statusFor } from "./goal";
import { pointsOf } from "./series";
import { GOAL_STATUS, type Status } from "./status";
import { say } from "./words";

export interface KpiView {
  readonly label: string;
  readonly value: string;
  readonly missing: boolean;
  /** `n = 12` when too few rows stand behind the number. */
  readonly few: string | null;
  readonly change: Change | null;
  /** `vs 3,571` and `(1–28 Sep)`. */
  readonly compared: readonly [string, string] | null;
  readonly spark: { readonly days: readonly Day[]; readonly values: readonly (number | null)[] } | null;
  /** A value from few rows has a goal, but no status. */
  readonly goal: { readonly text: string; readonly status: Status | null } | null;
}

export function kpiView(item: Kpi, answers: Answers, given: Context): KpiView {
  const context = inUnits(item, given);
  const metric = item.metrics[0] ?? "";
  const kind = kindFor(context, metric);
  const { locale } = context;
  const row = frameOf(item, answers, context)[0];
  const value = row?.number(metric) ?? null;
  const before = rowsOf(answers.compare)[0]?.number(metric) ?? null;
  const count = item.min_n ? (row?.number(item.min_n.metric) ?? null) : null;
  const few = item.min_n && count !== null && count < item.min_n.n && value !== null;
  const goal = goalFor(item.goal, metric, answers, context);
  const status = few ? null : statusFor(value, goal);
  return {
    label: textOf(item.title, locale) || labelOf(context, metric),
    value: write(context, metric, value, "card"),
    missing: value === null,
    few: few ? `n = ${formatNumber(count, "count", "table", locale)}` : null,
    change: changeOf(value, before, kind, few ? "neutral" : item.direction, locale),
    compared: answers.compare ? comparedText(item, before, context) : null,
    spark: answers.sparkline && item.sparkline ? pointsOf(answers.sparkline, item.sparkline, metric, rangeOf(item, context)) : null,
    goal: goal && (status || few) ? { text: goalText(goal.direction, goal.value, locale), status: status && GOAL_STATUS[status] } : null,
  };
}

const goalText = (direction: "up" | "down", value: string, locale: string): string => say(locale, "goalValue", `${direction === "up" ? "≥" : "≤"} ${value}`);

function comparedText(item: Kpi, before: number | null, context: Context): readonly [string, string] {
  const { locale } = context;
  const text = before === null ? say(locale, "noneBefore") : say(locale, "versus", write(context, item.metrics[0] ?? "", before, "card"));
  return [text, `(${rangeText(earlierOf(item, context), locale, false)})`];
}

/** One sentence for people who do not see the card's picture. */
export function kpiSummary(view: KpiView, locale = "en"): string {
  if (view.value === NO_VALUE) return `${view.label}: ${say(locale, "none")}.`;
  const status = view.goal?.status ? `, ${say(locale, view.goal.status.word).toLocaleLowerCase(locale)}` : "";
  const goal = view.goal ? `, ${view.goal.text}${status}` : "";
  return `${view.label}: ${view.value}${view.change ? `, ${view.change.words}` : ""}${view.compared ? `, ${view.compared.join(" ")}` : ""}${goal}.`;
}
