// Keeps the answers of getData: equal requests are sent once, and one that nobody waits for any more is aborted.

import { signal, type Signal } from "@preact/signals";
import { Problem } from "./api";
import type { DataAnswer, DataRequest } from "./wire";

export type Outcome =
  | { readonly state: "waiting" }
  | { readonly state: "ready"; readonly answer: DataAnswer }
  | { readonly state: "failed"; readonly problem: Problem };

const WAITING: Outcome = { state: "waiting" };
const FRESH_MS = 5 * 60_000;
const MOST_KEPT = 300;

export class Entry {
  readonly outcome: Signal<Outcome> = signal(WAITING);
  holders = 0;
  answeredAt = 0;
  flight: AbortController | null = null;

  constructor(readonly body: DataRequest) {}
}

type Fetch = (body: DataRequest, signal: AbortSignal) => Promise<DataAnswer>;

export class Queries {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly fetch: Fetch,
    private readonly onProblem: (problem: Problem) => void,
    private readonly clock: () => number = Date.now,
  ) {}

  /** The entry of a body; equal bodies share one. */
  entry(body: DataRequest): Entry {
    const key = JSON.stringify(body);
    let entry = this.entries.get(key);
    if (!entry) this.entries.set(key, (entry = new Entry(body)));
    this.forget();
    return entry;
  }

  /** Says that somebody wants the answer; asks for it unless a fresh one is there. */
  hold(entry: Entry): void {
    entry.holders += 1;
    const stale = entry.outcome.peek().state === "ready" && this.clock() - entry.answeredAt > FRESH_MS;
    if (!entry.flight && (entry.outcome.peek().state !== "ready" || stale)) void this.ask(entry);
  }

  /** Says that somebody no longer wants it. The abort waits a moment: a new holder may be on its way. */
  release(entry: Entry): void {
    entry.holders -= 1;
    setTimeout(() => {
      if (entry.holders === 0) entry.flight?.abort();
    }, 0);
  }

  /** Waits until none of the entries is under way any more. */
  async answered(entries: Iterable<Entry>): Promise<void> {
    for (const { outcome } of entries) {
      if (outcome.peek().state === "waiting") await new Promise<void>((done) => outcome.subscribe(({ state }) => state !== "waiting" && done()));
    }
  }

  /** Asks again for everything that failed and is still wanted: one press brings a whole page back. */
  retry(): void {
    for (const entry of this.entries.values()) {
      if (entry.holders > 0 && !entry.flight && entry.outcome.peek().state === "failed") void this.ask(entry);
    }
  }

  private async ask(entry: Entry): Promise<void> {
    const flight = new AbortController();
    entry.flight = flight;
    if (entry.outcome.peek().state === "failed") entry.outcome.value = WAITING;
    try {
      const answer = await this.fetch(entry.body, flight.signal);
      entry.answeredAt = this.clock();
      entry.flight = null;
      entry.outcome.value = { state: "ready", answer };
    } catch (error) {
      entry.flight = null;
      if (flight.signal.aborted) {
        if (entry.holders > 0) void this.ask(entry);
        return;
      }
      const problem = error instanceof Problem ? error : new Problem(String(error), 0, "unexpected", null);
      entry.outcome.value = { state: "failed", problem };
      this.onProblem(problem);
    }
  }

  private forget(): void {
    if (this.entries.size <= MOST_KEPT) return;
    for (const [key, entry] of this.entries) {
      if (entry.holders === 0 && !entry.flight && entry.answeredAt > 0) this.entries.delete(key);
      if (this.entries.size <= MOST_KEPT / 2) return;
    }
  }
}
