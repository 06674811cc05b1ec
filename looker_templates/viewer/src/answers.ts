// useAnswers: the answers of some requests, the last complete ones staying on show while newer ones are under way.

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Problem } from "./api";
import type { Context } from "./context";
import type { Queries } from "./queries";
import type { Ask } from "./requests";
import { answersOf } from "./views/answers";
import type { Answers } from "./views/frame";
import type { DataAnswer } from "./wire";

export type Phase = "loading" | "refreshing" | "ready" | "failed";

export interface Shown {
  readonly phase: Phase;
  readonly answers: Answers;
  /** Every answer in the order of its request. */
  readonly list: readonly DataAnswer[];
  /** The context that the answers on show belong to; null before the first answer. */
  readonly context: Context | null;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

const NOTHING: Pick<Shown, "answers" | "context" | "list"> = { answers: {}, context: null, list: [] };

export function useAnswers(queries: Queries, asks: readonly Ask[], context: Context): Shown {
  const key = JSON.stringify(asks);
  const entries = useMemo(() => asks.map((ask) => queries.entry(ask.body)), [queries, key]);
  useEffect(() => {
    for (const entry of entries) queries.hold(entry);
    return () => {
      for (const entry of entries) queries.release(entry);
    };
  }, [queries, entries]);
  const last = useRef(NOTHING);
  const made = useRef<{ readonly list: readonly DataAnswer[]; readonly context: Context } | null>(null);

  const outcomes = entries.map((entry) => entry.outcome.value);
  const retry = (): void => queries.retry();
  const failed = outcomes.find((outcome) => outcome.state === "failed");
  if (failed?.state === "failed") return { ...last.current, phase: "failed", problem: failed.problem, retry };
  const list = outcomes.flatMap((outcome) => (outcome.state === "ready" ? [outcome.answer] : []));
  if (list.length === outcomes.length) {
    // The same answers stay the same object, so that nothing is drawn again without need.
    const same = made.current?.context === context && list.every((one, index) => one === made.current?.list[index]);
    if (!same || made.current?.list.length !== list.length) last.current = { answers: byPurpose(asks, list), context, list };
    made.current = { list, context };
    return { ...last.current, phase: "ready", problem: null, retry };
  }
  return { ...last.current, phase: last.current.context ? "refreshing" : "loading", problem: null, retry };
}

const byPurpose = (asks: readonly Ask[], list: readonly DataAnswer[]): Answers =>
  answersOf(asks.flatMap(({ purpose }, index) => (list[index] ? [{ purpose, answer: list[index] }] : [])));
