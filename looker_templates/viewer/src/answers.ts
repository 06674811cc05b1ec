// useAnswers: the answers of some requests, the last complete ones staying on show while newer ones are under way.

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Problem } from "./api";
import type { Context } from "./context";
import type { Queries } from "./queries";
import type { Ask, Purpose } from "./requests";
import type { DataAnswer } from "./wire";

export type Phase = "loading" | "refreshing" | "ready" | "failed";

export interface Shown {
  readonly phase: Phase;
  readonly answers: { readonly [purpose in Purpose]?: DataAnswer };
  /** The context that the answers on show belong to; null before the first answer. */
  readonly context: Context | null;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

export function useAnswers(queries: Queries, asks: readonly Ask[], context: Context): Shown {
  const key = JSON.stringify(asks);
  const entries = useMemo(() => asks.map((ask) => queries.entry(ask.body)), [queries, key]);
  useEffect(() => {
    for (const entry of entries) queries.hold(entry);
    return () => {
      for (const entry of entries) queries.release(entry);
    };
  }, [queries, entries]);
  const last = useRef<Pick<Shown, "answers" | "context">>({ answers: {}, context: null });

  const outcomes = entries.map((entry) => entry.outcome.value);
  const retry = (): void => queries.retry();
  const failed = outcomes.find((outcome) => outcome.state === "failed");
  if (failed?.state === "failed") return { ...last.current, phase: "failed", problem: failed.problem, retry };
  if (outcomes.every((outcome) => outcome.state === "ready")) {
    const answers: { [purpose in Purpose]?: DataAnswer } = {};
    outcomes.forEach((outcome, index) => {
      const ask = asks[index];
      if (ask && outcome.state === "ready") answers[ask.purpose] = outcome.answer;
    });
    last.current = { answers, context };
    return { ...last.current, phase: "ready", problem: null, retry };
  }
  return { ...last.current, phase: last.current.context ? "refreshing" : "loading", problem: null, retry };
}
