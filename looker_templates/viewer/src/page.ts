// The state of the page: what the reader chose, kept in the address, and everything that follows from it.

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { readAddress, toggleFilter, withFilter, writeAddress, type Choices } from "./address";
import { getData } from "./api";
import { ColorBook, type Context } from "./context";
import { presetRange, todayIn, type DateRange, type Day } from "./dates";
import { Queries } from "./queries";
import type { Report } from "./report";
import type { PageState } from "./requests";
import type { ConfigOption, SchemaField, Session } from "./wire";

export interface Loaded {
  readonly report: Report;
  readonly session: Session;
  readonly clients: readonly ConfigOption[];
  readonly fields: readonly SchemaField[];
  readonly zoneOf: (client: string | null) => string | undefined;
}

export class Page {
  readonly choices: Signal<Choices> = signal(readAddress(location.search));
  readonly queries: Queries;
  readonly context: ReadonlySignal<Context>;
  readonly locale = "en";
  private readonly colors: ColorBook;

  constructor(
    readonly loaded: Loaded,
    onSignedOut: () => void,
  ) {
    this.colors = new ColorBook(loaded.report);
    this.queries = new Queries(getData, (problem) => problem.status === 401 && onSignedOut());
    const fields = new Map(loaded.fields.map((field) => [field.name, field]));
    this.context = computed(() => ({
      report: loaded.report,
      locale: this.locale,
      fields,
      state: this.state(this.choices.value),
      colors: this.colors,
      today: this.today,
    }));
    addEventListener("popstate", () => (this.choices.value = readAddress(location.search)));
  }

  get zone(): string | undefined {
    return this.loaded.zoneOf(this.choices.value.client);
  }

  get today(): Day {
    return todayIn(this.zone, new Date());
  }

  get range(): DateRange {
    const control = this.loaded.report.controls.find((one) => one.type === "date_range");
    return this.choices.value.range ?? presetRange(control?.type === "date_range" ? control.default : "last_28_days", this.today);
  }

  choose(change: Partial<Choices>): void {
    const next = { ...this.choices.value, ...change };
    const address = writeAddress(next);
    if (address !== location.search) history.pushState(null, "", `${location.pathname}${address}`);
    this.choices.value = next;
  }

  toggle(dimension: string, value: string | null): void {
    this.choose({ filters: toggleFilter(this.choices.value.filters, dimension, value) });
  }

  setFilter(dimension: string, values: readonly (string | null)[]): void {
    this.choose({ filters: withFilter(this.choices.value.filters, dimension, values) });
  }

  private state(choices: Choices): PageState {
    const { start, end } = this.range;
    const { client, filters } = choices;
    return { workspace: this.loaded.session.workspace.slug, client, start, end, filters };
  }
}
