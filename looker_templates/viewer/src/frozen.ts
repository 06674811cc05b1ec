// Closed months: where the period on show is one, its numbers are those that were reported, unless the reader wants
// those of now. What was kept is the whole report: filters always show the numbers as of now.

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { call, getData, Problem } from "./api";
import { isOn } from "./choosing";
import { ALL_TIME, type DateRange, type Day } from "./dates";
import type { Choices } from "./address";
import { Queries } from "./queries";
import type { Report } from "./report";
import type { DataAnswer, DataRequest, FrozenPeriod, Value } from "./wire";

/** One number that has changed since: GET /v1/frozen/{id}/changes. */
export interface Change {
  readonly item: string;
  readonly metric: string;
  readonly row: readonly { readonly field: string; readonly value: Value }[];
  readonly then: Value;
  readonly now: Value;
}

export interface Changes {
  readonly count: number;
  readonly changes: readonly Change[];
}

interface Kept {
  readonly answers: readonly { readonly request: DataRequest; readonly answer?: DataAnswer; readonly refused?: string }[];
}

interface Seen {
  readonly choices: Choices;
  readonly range: DateRange;
}

export class Frozen {
  /** The closed month that the page's period is, for the client on show. */
  readonly closed: ReadonlySignal<FrozenPeriod | null>;
  /** The closed month whose numbers are on show. */
  readonly shown: ReadonlySignal<FrozenPeriod | null>;
  private readonly queries = new Map<string, Queries>();
  private readonly changes = new Map<string, Signal<Changes | null>>();

  constructor(
    periods: readonly FrozenPeriod[],
    clients: readonly { readonly value: string }[],
    private readonly report: Report,
    seen: () => Seen,
    private readonly onProblem: (problem: Problem) => void,
  ) {
    this.closed = computed(() => {
      const { choices, range } = seen();
      // Whoever sees one client sees it whether it is chosen or not.
      const client = choices.client ?? (clients.length === 1 ? (clients[0]?.value ?? null) : null);
      return periods.find((one) => one.client === client && one.start === range.start && one.end === range.end) ?? null;
    });
    this.shown = computed(() => (this.isWhole(seen().choices) && !seen().choices.asOfNow ? this.closed.value : null));
  }

  /** Whether nothing is narrowed: what was kept is the whole. */
  isWhole(choices: Choices): boolean {
    const { filters, searches, ranges, drills } = choices;
    const toggles = this.report.controls.filter((one) => one.type === "toggle");
    return [filters, searches, ranges, drills].every((one) => Object.keys(one).length === 0) && toggles.every((one) => isOn(one, choices) === one.default);
  }

  /** The day that counts as today in what was kept. */
  get today(): Day | undefined {
    return this.shown.value?.as_of;
  }

  /** Where the page's answers come from while a closed month is on show. */
  get source(): Queries | undefined {
    const shown = this.shown.value;
    if (!shown) return undefined;
    let found = this.queries.get(shown.id);
    if (!found) this.queries.set(shown.id, (found = new Queries(keptAnswers(shown.id), this.onProblem)));
    return found;
  }

  /** What has changed since a month was closed; null while it is being asked for. */
  changesOf(one: FrozenPeriod): Signal<Changes | null> {
    let found = this.changes.get(one.id);
    if (found) return found;
    this.changes.set(one.id, (found = signal(null)));
    const told = found;
    call<Changes>("GET", `/v1/frozen/${one.id}/changes`, undefined).then((answer) => (told.value = answer), () => this.changes.delete(one.id));
    return told;
  }
}

/** Answers requests from what a closed month keeps; which days have data at all is no number of the month. */
function keptAnswers(id: string): (body: DataRequest, signal: AbortSignal) => Promise<DataAnswer> {
  let kept: Promise<Map<string, Kept["answers"][number]>> | null = null;
  const read = async (): Promise<Map<string, Kept["answers"][number]>> => {
    const { answers } = await call<Kept>("GET", `/v1/frozen/${id}`, undefined);
    return new Map(answers.map((one) => [keyOf(one.request), one]));
  };
  return async (body, aborted) => {
    if (body.dateRange.startDate === ALL_TIME.start) return getData(body, aborted);
    kept ??= read().catch((error: unknown) => {
      kept = null;
      throw error;
    });
    const found = (await kept).get(keyOf(body));
    if (found?.answer) return found.answer;
    throw new Problem(found?.refused ?? "", 404, "not_kept", null);
  };
}

/** What makes requests of one client equal, however their parts are ordered. */
export function keyOf(body: DataRequest): string {
  const { configParams, dateRange, fields, dimensionsFilters } = body;
  const filters = (dimensionsFilters ?? []).map((group) => group.map((one) => [one.fieldName, one.type, one.operator, one.values]));
  return JSON.stringify([configParams.dataset, dateRange.startDate, dateRange.endDate, fields.map((one) => one.name), filters]);
}
