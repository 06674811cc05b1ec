// Answers in the order they were asked → by purpose.

import type { Purpose } from "../requests";
import type { DataAnswer } from "../wire";
import type { Answers } from "./frame";

export function answersOf(given: readonly { readonly purpose: Purpose; readonly answer: DataAnswer }[]): Answers {
  const every: { [purpose in Purpose]?: DataAnswer[] } = {};
  for (const { purpose, answer } of given) (every[purpose] ??= []).push(answer);
  const first = Object.fromEntries(Object.entries(every).map(([purpose, answers]) => [purpose, answers[0]]));
  return { ...first, every };
}
