// The goal of an item: the client's own where there is one, else the template's.

import type { Context } from "../context";
import { goalStatus, type GoalStatus } from "../numbers";
import type { Goal } from "../report";
import { goalField } from "../fields";
import { rowsOf, write, type Answers } from "./frame";
import { say } from "./words";

export interface ItemGoal extends Goal {
  readonly metric: string;
  readonly value: string;
  /** `Goal 85%` */
  readonly text: string;
}

export function goalOf(goal: string | undefined, metric: string, answers: Answers, context: Context): ItemGoal | null {
  const given = goal === undefined ? undefined : context.report.goals[goal];
  const own = rowsOf(answers.goal)[0]?.number(goalField(metric)) ?? null;
  const target = own ?? given?.target ?? null;
  if (target === null) return null;
  const value = write(context, metric, target, "card").replace(/([.,]0)(?=\s?%)/, "");
  return { target, direction: given?.direction ?? (directionOf(context, metric) === "down" ? "down" : "up"), near: given?.near ?? 0.05, metric, value, text: say(context.locale, "goalValue", value) };
}

export const statusFor = (value: number | null, goal: ItemGoal | null): GoalStatus | null =>
  value === null || goal === null ? null : goalStatus(value, goal);

/** Whether more of a metric is better: as the template's goal says, else as the catalogue does. */
export const directionOf = (context: Context, metric: string): "up" | "down" | "neutral" =>
  rowsGoal(metric, context)?.direction ?? context.units.directionOf(metric);

/** The template's goal for a metric, where a table has no other. */
export const rowsGoal = (metric: string, context: Context): Goal | undefined => context.report.goals[metric];
