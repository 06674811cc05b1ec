// The state of the page: what the reader chose, kept in the address, and everything that follows from it.

import { computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { NOTHING_CHOSEN, readAddress, toggleFilter, without, withFilter, writeAddress, type Choices, type Compare } from "./address";
import { getData, getUnits, type Problem } from "./api";
import { brandOf } from "./brand";
import { Catalogue } from "./catalogue";
import { asksOf, compareOf, filtersOf, isData, itemsOf, pageNamed, rangeOf, requiredControls } from "./choosing";
import { ColorBook, type Context } from "./context";
import { todayIn, type DateRange, type Day } from "./dates";
import { Frozen } from "./frozen";
import { localeOf, type Locale } from "./locales";
import { Queries, type Entry } from "./queries";
import type { Item, Page as ReportPage, Report } from "./report";
import type { Ask, PageState } from "./requests";
import { Notes } from "./notes";
import { NO_UNITS, speaksOfMetrics, Units } from "./units";
import type { Brand, ConfigOption, Session } from "./wire";

export interface Loaded {
  readonly report: Report;
  readonly session: Session;
  readonly clients: readonly ConfigOption[];
  readonly zoneOf: (client: string | null) => string | undefined;
}

type Values = readonly (string | null)[];
const HELD_MS = 10_000;
const HEAD_START_MS = 80;

export class Page {
  readonly choices: Signal<Choices>;
  /** The first value of each required control, once it is known. */
  readonly first: Signal<{ readonly [dimension: string]: string | null }> = signal({});
  /** Items that this client's data cannot fill and that the template wants left out then. */
  readonly hidden: Signal<ReadonlySet<string>> = signal(new Set());
  /** Whether nothing on the page has a value. */
  readonly empty: Signal<boolean> = signal(false);
  readonly frozen: Frozen;
  readonly catalogue: Catalogue;
  readonly context: ReadonlySignal<Context>;
  /** Why labels could not be read anew after a change of client or language. */
  readonly trouble: Signal<Problem | null> = signal(null);
  readonly units: Signal<Units> = signal(NO_UNITS);
  /** Whether the rows below the first chart are drawn too: they wait until it stands. */
  readonly isWhole: Signal<boolean> = signal(false);
  readonly openedAt = new Date();
  readonly notes: Notes;
  /** The name that a visitor has given once. */
  readerName = "";
  private readonly colors: ColorBook;
  private readonly live: Queries;

  /** What is done when the server knows the reader no more. */
  onSignedOut: () => void = () => undefined;

  constructor(readonly loaded: Loaded) {
    this.choices = signal(this.held(readAddress(location.search)));
    this.colors = new ColorBook(loaded.report);
    this.notes = new Notes(loaded.report.id);
    this.catalogue = new Catalogue(loaded.report, loaded.session.workspace.slug);
    const lost = (problem: Problem): unknown => problem.status === 401 && this.onSignedOut();
    this.live = new Queries(getData, lost);
    this.frozen = new Frozen(loaded.session.frozen ?? [], loaded.clients, loaded.report, () => ({ choices: this.choices.value, range: this.range }), lost);
    this.context = computed(() => ({
      report: loaded.report,
      locale: this.locale,
      fields: this.catalogue.fields.value.all,
      state: this.state(this.choices.value),
      colors: this.colors,
      today: this.frozen.today ?? this.today,
      units: this.units.value,
    }));
    addEventListener("popstate", () => (this.choices.value = this.held(readAddress(location.search))));
  }

  /** Reads the fields, and goes on reading them whenever client or language change. */
  async start(): Promise<void> {
    const needsUnits = speaksOfMetrics(this.loaded.report);
    await Promise.all([this.catalogue.load(this.choices.value.client, this.locale), needsUnits ? this.loadUnits() : null]);
    let spoken = this.locale;
    const wish = computed(() => [this.choices.value.client, this.locale] as const);
    effect(() => {
      const [client, locale] = wish.value;
      document.documentElement.lang = locale;
      if (locale !== spoken && needsUnits) void this.loadUnits();
      spoken = locale;
      this.catalogue.load(client, locale).then(() => (this.trouble.value = null), (problem: Problem) => (this.trouble.value = problem));
    });
  }

  /** Reads how metrics are written that rows speak of; without it they are plain numbers. */
  private async loadUnits(): Promise<void> {
    const { locale } = this;
    const answer = await getUnits(locale).catch(() => null);
    if (answer && locale === this.locale) this.units.value = new Units(answer.metrics, this.loaded.session.clients);
  }

  /** Asks for the data of the first page before anything is drawn: for the first card's alone, then for all the rest. */
  prefetch(): void {
    if (requiredControls(this.loaded.report, this.current).length > 0) return;
    const state = this.state(this.choices.value);
    const entriesOf = (items: readonly Item[]): Set<Entry> =>
      new Set(items.flatMap((item) => asksOf(this.loaded.report, item, state, this.compare)).map((ask) => this.queries.entry(ask.body)));
    const items = itemsOf(this.current).filter(isData);
    const first = entriesOf(items.slice(0, 1));
    this.keep(first);
    // A busy server answers a few requests sooner than all at once; the others wait for a moment only.
    void Promise.race([this.queries.answered(first), new Promise((done) => setTimeout(done, HEAD_START_MS))]).then(() => this.keep(entriesOf(items)));
  }

  /** Holds entries until whoever draws them has taken over. */
  private keep(entries: ReadonlySet<Entry>): void {
    for (const entry of entries) {
      this.queries.hold(entry);
      setTimeout(() => this.queries.release(entry), HELD_MS);
    }
  }

  /** Asks for what will be shown next. */
  expect(items: readonly Item[]): void {
    const { state } = this.context.value;
    this.keep(new Set(items.flatMap((item) => this.asks(item, state)).map((ask) => this.queries.entry(ask.body))));
  }

  /** Shows a slide of the presentation, and its page; null ends it. Slides are no steps of the browser's way back. */
  present(slide: number | null, current = this.choices.value.page ?? null): void {
    const starts = this.choices.value.present === null;
    const next = { ...this.choices.value, present: slide, page: current === this.loaded.report.pages[0]?.id ? null : current };
    const address = `${location.pathname}${writeAddress(next)}`;
    if (starts) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.choices.value = next;
  }

  itemOf(id: string): Item | undefined {
    return this.loaded.report.pages.flatMap(itemsOf).find((one) => one.id === id);
  }

  /** Where answers come from: the server, or what a closed month keeps. */
  get queries(): Queries {
    return this.frozen.source ?? this.live;
  }

  get locale(): Locale {
    return localeOf(this.choices.value.lang) ?? "en";
  }

  /** The look of the client that is shown. */
  get brand(): Brand | null {
    return brandOf(this.loaded.session, this.choices.value.client);
  }

  get zone(): string | undefined {
    return this.loaded.zoneOf(this.choices.value.client);
  }

  get today(): Day {
    return todayIn(this.zone, new Date());
  }

  get range(): DateRange {
    return rangeOf(this.loaded.report, this.choices.value, this.today);
  }

  get compare(): Compare {
    return compareOf(this.loaded.report, this.choices.value);
  }

  get current(): ReportPage {
    return pageNamed(this.loaded.report, this.choices.value.page);
  }

  get isFiltered(): boolean {
    const { filters, searches, ranges } = this.choices.value;
    return [filters, searches, ranges].some((one) => Object.keys(one).length > 0);
  }

  /** Whether every required control of this page has its value. */
  get isReady(): boolean {
    const { filters } = this.choices.value;
    return requiredControls(this.loaded.report, this.current).every(({ dimension }) => dimension && (dimension in filters || dimension in this.first.value));
  }

  can(what: string): boolean {
    return this.loaded.session.can?.includes(what) ?? false;
  }

  /** What a share link fixes stands whatever the address says: the one client, the days, the filters. */
  private held(choices: Choices): Choices {
    const { session, clients } = this.loaded;
    if (!session.share) return choices;
    const { days, filters } = session.share;
    const client = clients.length === 1 ? (clients[0]?.value ?? null) : choices.client;
    return { ...choices, client, range: days ?? choices.range, filters: { ...choices.filters, ...filters } };
  }

  /** Whether a share link fixes the values of a dimension, or the days. */
  isHeld(control: { readonly type: string; readonly dimension?: string; readonly parameter?: string }): boolean {
    const { session, clients } = this.loaded;
    if (!session.share) return false;
    if (control.type === "date_range") return session.share.days !== null;
    return control.parameter === "client" ? clients.length === 1 : (control.dimension ?? "") in session.share.filters;
  }

  choose(change: Partial<Choices>): void {
    const next = this.held({ ...this.choices.value, ...change });
    const address = this.addressOf(change);
    if (address !== `${location.pathname}${location.search}`) history.pushState(null, "", address);
    this.choices.value = next;
  }

  /** The address of this report after a change. */
  addressOf(change: Partial<Choices>): string {
    return `${location.pathname}${writeAddress({ ...this.choices.value, ...change })}`;
  }

  toggle(dimension: string, value: string | null): void {
    this.choose({ filters: toggleFilter(this.choices.value.filters, dimension, value) });
  }

  setFilter(dimension: string, values: Values): void {
    this.choose({ filters: withFilter(this.choices.value.filters, dimension, values) });
  }

  clearFilters(): void {
    const { filters, searches, ranges } = NOTHING_CHOSEN;
    this.choose({ filters, searches, ranges });
  }

  /** Goes down one level of an item's drill. */
  drill(item: string, value: string | null): void {
    const { drills } = this.choices.value;
    this.choose({ drills: { ...drills, [item]: [...(drills[item] ?? []), value] } });
  }

  /** Goes back up until `depth` levels are left. */
  climb(item: string, depth: number): void {
    const { drills } = this.choices.value;
    const path = (drills[item] ?? []).slice(0, depth);
    this.choose({ drills: path.length > 0 ? { ...drills, [item]: path } : without(drills, item) });
  }

  asks(item: ReportPage["rows"][number]["items"][number], state: PageState): Ask[] {
    return asksOf(this.loaded.report, item, state, this.compare);
  }

  private state(choices: Choices): PageState {
    const { start, end } = this.range;
    const { client, searches, ranges, drills } = choices;
    const filters = filtersOf(this.loaded.report, choices, this.first.value);
    const compare = this.compare === "none" ? {} : { compare: this.compare };
    return { workspace: this.loaded.session.workspace.slug, client, start, end, filters, searches, ranges, drills, ...compare, today: this.frozen.today ?? this.today };
  }
}
