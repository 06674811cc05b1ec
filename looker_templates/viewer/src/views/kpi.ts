// The answers of a KPI → what its card says.

import { labelOf, textOf, type Context } from "../context";
import { earlierRange, rangeText, type Day } from "../dates";
import { changeOf, formatNumber, goalStatus, kindOf, NO_VALUE, type Change, type GoalStatus } from "../numbers";
import type { Kpi } from "../report";
import { column, toNumber, type DataAnswer } from "../wire";
import { pointsOf, type Answers } from "./series";

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
  readonly goal: { readonly text: string; readonly status: GoalStatus } | null;
}

export function kpiView(item: Kpi, answers: Answers, context: Context): KpiView {
  const metric = item.metrics[0] ?? "";
  const kind = kindOf(context.fields.get(metric));
  const locale = context.locale;
  const value = single(answers.main, metric);
  const before = answers.compare ? single(answers.compare, metric) : null;
  const count = item.min_n ? single(answers.main, item.min_n.metric) : null;
  const few = item.min_n && count !== null && count < item.min_n.n && value !== null;
  return {
    label: textOf(item.title, locale) || labelOf(context, metric),
    value: formatNumber(value, kind, "card", locale),
    missing: value === null,
    few: few ? `n = ${formatNumber(count, "count", "table", locale)}` : null,
    change: changeOf(value, before, kind, few ? "neutral" : item.direction, locale),
    compared: answers.compare ? comparedText(before, kind, context) : null,
    spark: answers.sparkline && item.sparkline ? pointsOf(answers.sparkline, item.sparkline, metric, context.state) : null,
    goal: goalOf(item, value, context),
  };
}

function single(answer: DataAnswer | undefined, name: string): number | null {
  return answer ? toNumber(column(answer, name)[0]) : null;
}

function comparedText(before: number | null, kind: ReturnType<typeof kindOf>, context: Context): readonly [string, string] {
  const period = rangeText(earlierRange(context.state), context.locale, false);
  return [before === null ? "no value before" : `vs ${formatNumber(before, kind, "card", context.locale)}`, `(${period})`];
}

function goalOf(item: Kpi, value: number | null, context: Context): KpiView["goal"] {
  const goal = item.goal ? context.report.goals[item.goal] : undefined;
  if (!goal || value === null) return null;
  const kind = kindOf(context.fields.get(item.metrics[0] ?? ""));
  const whole = kind === "percent" && Number.isInteger(Math.round(goal.target * 1e6) / 1e4);
  const target = formatNumber(goal.target, kind, whole ? "axis" : "card", context.locale);
  return { text: `Goal ${goal.direction === "up" ? "≥" : "≤"} ${target}`, status: goalStatus(value, goal) };
}

/** One sentence for people who do not see the card's picture. */
export function kpiSummary(view: KpiView): string {
  if (view.value === NO_VALUE) return `${view.label}: no value.`;
  return `${view.label}: ${view.value}${view.change ? `, ${view.change.words}` : ""}${view.compared ? `, ${view.compared.join(" ")}` : ""}.`;
}
