// The numbers beside a commentary, and whether those in its text still agree with the data; pure.

import { labelOf, type Context } from "./context";
import { changeOf, formatNumber, goalStatus, kindOf, type Change, type GoalStatus, type Kind } from "./numbers";
import type { Commentary } from "./report";
import type { Ask } from "./requests";
import { toNumber, type CommentaryEntry, type DataAnswer } from "./wire";

export interface FactView {
  readonly label: string;
  readonly value: string;
  readonly change: Change | null;
  readonly before: string | null;
  /** Without a value there is a goal, but no status. */
  readonly goal: { readonly text: string; readonly status: GoalStatus | null } | "none" | null;
  /** What the text says where the data says something else. */
  readonly written: string | null;
}

type Show = Commentary["facts"][number]["show"];

export function factsView(item: Commentary, asks: readonly Ask[], list: readonly DataAnswer[], entry: CommentaryEntry | undefined, context: Context): FactView[] {
  let at = 0;
  const next = (purpose: Ask["purpose"]): number | null => {
    if (asks[at]?.purpose !== purpose) return null;
    return toNumber(list[at++]?.rows[0]?.values[0]);
  };
  return item.facts.map(({ metric, show }) => {
    const kind = kindOf(context.fields.get(metric));
    const value = next("fact");
    const before = show === "change" ? next("fact_earlier") : null;
    const own = show === "goal" ? next("fact_goal") : null;
    const given = context.report.goals[metric];
    const target = own ?? given?.target ?? null;
    const direction = given?.direction ?? context.units.directionOf(metric);
    const change = changeOf(value, before, kind, direction, context.locale);
    return {
      label: labelOf(context, metric),
      value: write(value, kind, context),
      change,
      before: before === null ? null : write(before, kind, context),
      goal: show !== "goal" ? null : target === null ? "none" : { text: write(target, kind, context).replace(/[.,]0(?=\s?%)/, ""), status: value === null ? null : goalStatus(value, { target, direction: direction === "down" ? "down" : "up", near: given?.near ?? 0.05 }) },
      written: writtenOtherwise(entry, metric, show, value, amountOf(value, before, kind), kind, context),
    };
  });
}

const write = (value: number | null, kind: Kind, context: Context): string => formatNumber(value, kind, "card", context.locale);

/** A change as a commentary keeps it: points of a percentage or score, else a share of what was before. */
function amountOf(value: number | null, before: number | null, kind: Kind): number | null {
  if (value === null || before === null) return null;
  if (kind === "percent" || kind === "score") return value - before;
  return before === 0 ? null : (value - before) / Math.abs(before);
}

function writtenOtherwise(entry: CommentaryEntry | undefined, metric: string, show: Show, value: number | null, change: number | null, kind: Kind, context: Context): string | null {
  const said = entry?.facts?.find((one) => one.metric === metric && one.show === show)?.value ?? null;
  const is = show === "change" ? change : value;
  if (said === null || is === null) return null;
  const kindSaid = show === "change" && kind !== "score" ? "percent" : kind;
  const [written, now] = [write(said, kindSaid, context), write(is, kindSaid, context)];
  return written === now ? null : written;
}
