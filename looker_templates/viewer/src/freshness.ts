// How fresh the connections are: one request for the page, whatever is filtered.

import { useAnswers } from "./answers";
import { ALL_TIME } from "./dates";
import type { Page } from "./page";
import type { Ask } from "./requests";
import { toText, type DataAnswer } from "./wire";

export interface SourceState {
  readonly name: string;
  readonly hoursAgo: number;
  readonly failed: boolean;
}

export interface Freshness {
  readonly count: number;
  readonly behind: readonly SourceState[];
  /** When anything was last brought in. */
  readonly last: Date | null;
}

const STALE_HOURS = 24;
const FIELDS = ["connection", "source_system", "sync_state", "last_sync_at"];
const FILE = /^(file|push)\b/;

export function useFreshness(page: Page): Freshness | null {
  const context = page.context.value;
  const { workspace, client } = context.state;
  const body = {
    configParams: { workspace, dataset: "freshness", ...(client ? { client } : {}) },
    dateRange: { startDate: ALL_TIME.start, endDate: ALL_TIME.end },
    fields: FIELDS.map((name) => ({ name })),
  };
  // Whoever comes through a link, or was granted single reports, is told nothing of the connections.
  const asks: Ask[] = page.can("freshness") ? [{ purpose: "main", body }] : [];
  const { answers } = useAnswers(page.queries, asks, context);
  return answers.main ? freshnessOf(answers.main, page.openedAt) : null;
}

/** Rows of (connection, source system, state, last load) → what is behind; a file is as old as it is meant to be. */
export function freshnessOf(answer: DataAnswer, now: Date): Freshness {
  const sources = new Map<string, { done: number; failed: number; file: boolean }>();
  for (const { values } of answer.rows) {
    const [name, system, state, moment] = values.map(toText);
    const time = timeOf(moment ?? "");
    if (!name || time === null) continue;
    const known = sources.get(name) ?? { done: -Infinity, failed: -Infinity, file: FILE.test(name) || FILE.test(system ?? "") };
    if (state === "failed") known.failed = Math.max(known.failed, time);
    else known.done = Math.max(known.done, time);
    sources.set(name, known);
  }
  const all = [...sources].map(([name, one]) => ({
    name, file: one.file, failed: one.failed > one.done, hoursAgo: Math.max(0, (now.getTime() - one.done) / 3_600_000),
  }));
  const times = [...sources.values()].map((one) => one.done).filter(Number.isFinite);
  return {
    count: all.length,
    behind: all.filter((one) => !one.file && (one.failed || one.hoursAgo > STALE_HOURS)),
    last: times.length > 0 ? new Date(Math.max(...times)) : null,
  };
}

/** `20261122142135`, in UTC, as milliseconds. */
function timeOf(text: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  const [, year, month, day, hour, minute, second] = (found ?? []).map(Number);
  return found ? Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) : null;
}
