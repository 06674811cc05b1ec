// A health score with its band, its change, and its parts by weight and contribution.

import { labelOf, type Context } from "../context";
import { changeOf, formatNumber, NO_VALUE, type Change } from "../numbers";
import type { HealthScore } from "../report";
import { frameOf, titleOf, type Answers } from "./frame";
import { statusOf, type Status } from "./status";
import type { Twin } from "./twin";
import { say } from "./words";

export interface HealthPart {
  readonly label: string;
  readonly value: number | null;
  readonly text: string;
  /** Its share of the score, after that of missing parts was shared out; null if it is missing itself. */
  readonly weight: number | null;
  readonly weightText: string;
  readonly contribution: number | null;
  readonly contributionText: string;
}

export interface HealthView {
  readonly title: string;
  readonly score: number | null;
  readonly text: string;
  readonly band: Status | null;
  readonly change: Change | null;
  readonly changeText: string | null;
  readonly parts: readonly HealthPart[];
}

const FULL = 100;
// Half open: a score of 40 is amber, one of 70 green.
const BANDS: readonly (readonly [number, string])[] = [[70, "green"], [40, "amber"], [-Infinity, "red"]];

export function healthView(item: HealthScore, answers: Answers, context: Context): HealthView {
  const { locale } = context;
  const row = frameOf(item, answers, context)[0];
  const score = row?.number(item.metrics[0] ?? "") ?? null;
  const moved = item.change ? (row?.number(item.change) ?? null) : null;
  const known = item.parts.filter((part) => row?.number(part.metric) != null);
  const total = known.reduce((sum, part) => sum + part.weight, 0);
  const number = (value: number | null): string => formatNumber(value, { digits: 0 }, "table", locale);
  const one = (value: number | null): string => formatNumber(value, { digits: 1 }, "table", locale);
  const change = score === null || moved === null ? null : changeOf(score, score - moved, "score", "up", locale);
  return {
    title: titleOf(item, context),
    score,
    text: number(score),
    band: score === null ? null : statusOf(BANDS.find(([least]) => score >= least)?.[1] ?? ""),
    change,
    changeText: change ? say(locale, "change30", change.text) : null,
    parts: item.parts.map((part) => {
      const value = row?.number(part.metric) ?? null;
      const weight = value === null || total === 0 ? null : part.weight / total;
      const contribution = value === null || weight === null ? null : value * weight;
      return {
        label: labelOf(context, part.metric), value, text: number(value), weight, contribution,
        weightText: formatNumber(weight ?? part.weight, { percent: 0 }, "table", locale),
        contributionText: contribution === null ? NO_VALUE : one(contribution),
      };
    }),
  };
}

export function healthSummary(view: HealthView, locale: string): string {
  const band = view.band ? `, ${say(locale, view.band.word).toLocaleLowerCase(locale)}` : "";
  return `${view.title}: ${view.text} ${say(locale, "outOf", FULL)}${band}${view.changeText ? `, ${view.changeText}` : ""}.`;
}

export const healthTwin = (view: HealthView, locale: string): Twin => ({
  columns: [say(locale, "part"), say(locale, "value"), say(locale, "weight"), say(locale, "contribution")],
  rows: view.parts.map((part) => [part.label, part.text, part.weightText, part.contributionText]),
  raw: view.parts.map((part) => [part.label, part.value, part.weight, part.contribution]),
});
