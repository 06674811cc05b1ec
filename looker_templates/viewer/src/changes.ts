// The change between two numbers, and a number against its goal: in text, with a tone that follows the direction.

import { numberFormat } from "./intl";
import { intlOf } from "./locales";
import type { Kind } from "./numbers";
import { phrase } from "./phrases";

export type Tone = "good" | "bad" | "neutral";
export interface Change {
  readonly text: string;
  readonly arrow: "up" | "down" | "flat";
  readonly tone: Tone;
  /** For people who do not see the arrow. */
  readonly words: string;
}

const UNCHANGED = 0.5;

/** A change under 0.5 % is neutral; that of a percentage or a score is in points, never "% of %". */
export function changeOf(now: number | null, before: number | null, kind: Kind, direction: "up" | "down" | "neutral", locale: string): Change | null {
  if (now === null || before === null) return null;
  const points = isPercent(kind) ? 100 : kind === "score" ? 1 : null;
  if (points === null && before === 0) return null;
  const amount = points !== null ? (now - before) * points : ((now - before) / Math.abs(before)) * 100;
  const text = size(Math.abs(amount), kind, locale);
  if (Math.abs(amount) < UNCHANGED) return { text, arrow: "flat", tone: "neutral", words: phrase(locale, "changeFlat") };
  const rising = amount > 0;
  const tone: Tone = direction === "neutral" ? "neutral" : rising === (direction === "up") ? "good" : "bad";
  const verdict = tone === "neutral" ? "" : `, ${phrase(locale, tone === "good" ? "changeBetter" : "changeWorse")}`;
  return {
    text: `${rising ? "+" : "−"}${text}`,
    arrow: rising ? "up" : "down",
    tone,
    words: phrase(locale, rising ? "changeUp" : "changeDown", { amount: text }) + verdict,
  };
}

const isPercent = (kind: Kind): boolean => kind === "percent" || (typeof kind === "object" && "percent" in kind);

function size(amount: number, kind: Kind, locale: string): string {
  const fraction = kind === "score" || amount >= 99.95 ? 0 : 1;
  const options = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  const number = (value: number, more: Intl.NumberFormatOptions = {}): string =>
    numberFormat(intlOf(locale), { ...options, ...more }).format(value);
  if (kind === "score") return number(amount);
  if (!isPercent(kind)) return number(amount / 100, { style: "percent" });
  return phrase(locale, "points", { number: number(amount) });
}

export type GoalStatus = "good" | "watch" | "bad";

/** Reached, within `near` of the target, or further off. */
export function goalStatus(value: number, goal: { readonly target: number; readonly direction: "up" | "down"; readonly near: number }): GoalStatus {
  const reached = goal.direction === "up" ? value >= goal.target : value <= goal.target;
  if (reached) return "good";
  return Math.abs(value - goal.target) <= goal.near * Math.abs(goal.target) ? "watch" : "bad";
}
