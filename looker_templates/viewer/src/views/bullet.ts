// Values against their targets.

import { numberFormat } from "../intl";
import { isAdditiveField, labelOf, valueText, type Context } from "../context";
import { intlOf } from "../locales";
import { bulletHeight, bulletOption } from "../options/bullet";
import type { Bullet } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { dimensionsOf, frameOf, kindFor, titleOf, write, type Answers } from "./frame";
import { shareText } from "./ranking";
import { say } from "./words";

export interface BulletRow {
  readonly key: string | null;
  readonly label: string;
  readonly value: number | null;
  readonly target: number;
  readonly pace: number | null;
  readonly text: string;
  readonly targetText: string;
  readonly paceText: string;
  readonly reached: number | null;
  readonly reachedText: string;
}

export interface BulletView {
  readonly title: string;
  readonly dimensionLabel: string;
  readonly metricLabel: string;
  readonly targetLabel: string;
  readonly paceLabel: string;
  readonly rows: readonly BulletRow[];
  /** Rows of one unit share a scale; others are drawn as shares of their targets. */
  readonly shared: boolean;
  readonly left: number;
}

export function bulletView(item: Bullet, answers: Answers, context: Context): BulletView {
  const [dimension] = dimensionsOf(item, context);
  const metric = item.metrics[0] ?? "";
  const all = frameOf(item, answers, context).flatMap((row): BulletRow[] => {
    const [value, target] = [row.number(metric), row.number(item.target)];
    if (target === null) return [];
    const reached = value === null || target === 0 ? null : value / target;
    const pace = item.pace ? row.number(item.pace) : null;
    const key = dimension ? row.text(dimension) : null;
    return [{
      key, value, target, pace, reached,
      label: dimension ? valueText(context, dimension, key) : labelOf(context, metric),
      text: fine(metric, value, target, context), targetText: fine(item.target, target, target, context),
      paceText: item.pace ? write(context, item.pace, pace) : "", reachedText: reached === null ? "–" : shareText(reached, context),
    }];
  });
  all.sort((left, right) => (right.reached ?? -1) - (left.reached ?? -1) || left.label.localeCompare(right.label));
  return {
    title: titleOf(item, context),
    dimensionLabel: dimension ? labelOf(context, dimension) : "",
    metricLabel: labelOf(context, metric), targetLabel: labelOf(context, item.target), paceLabel: item.pace ? labelOf(context, item.pace) : "",
    rows: all.slice(0, item.limit),
    shared: all.length === 1 || isAdditiveField(context, metric),
    left: Math.max(0, all.length - item.limit),
  };
}

/** Goals of many metrics have no unit in common: a small number keeps three figures. */
const fine = (field: string, value: number | null, target: number, context: Context): string =>
  value !== null && kindFor(context, field) === "decimal" && Math.abs(target) < 10
    ? numberFormat(intlOf(context.locale), { maximumSignificantDigits: 3 }).format(value)
    : write(context, field, value);

export function bulletDrawing(item: Bullet, answers: Answers, context: Context): Drawing {
  const view = bulletView(item, answers, context);
  const { locale } = context;
  const paced = item.pace !== undefined;
  const tell = view.rows.slice(0, 3).map((row) => `${row.label} ${row.text}, ${view.targetLabel} ${row.targetText} (${row.reachedText})`);
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${tell.join("; ") || say(locale, "none")}${view.rows.length > 3 ? `; ${say(locale, "more", view.rows.length - 3)}` : ""}.`,
    twin: () => ({
      columns: [view.dimensionLabel || say(locale, "metric"), view.metricLabel, view.targetLabel, say(locale, "reached"), ...(paced ? [view.paceLabel] : [])],
      rows: view.rows.map((row) => [row.label, row.text, row.targetText, row.reachedText, ...(paced ? [row.paceText] : [])]),
      raw: view.rows.map((row) => [row.key ?? row.label, row.value, row.target, row.reached, ...(paced ? [row.pace] : [])]),
    }),
    keys: view.rows.length > 0 ? [{ name: view.metricLabel, mark: "box", color: 0 }, { name: view.targetLabel, mark: "tick", color: 2 }] : [],
    note: view.left > 0 ? say(locale, "largestOf", view.rows.length, view.rows.length + view.left) : null,
    empty: view.rows.length === 0,
    make: (environment) => bulletOption(view, environment),
    height: bulletHeight(view),
  });
}
