// The explorer's state: what is wished for, the fields that go with it, and the page that asks and draws.

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Problem, signOut, whoAmI } from "../api";
import type { Session } from "../wire";
import { getDatasets, getFields, type Dataset } from "./ask";
import { ExplorerPage } from "./page";
import { readWish, type Field, type Wish } from "./wish";

export class Explorer {
  readonly wish: Signal<Wish>;
  readonly fields: Signal<readonly Field[]> = signal([]);
  readonly page: Signal<ExplorerPage | null> = signal(null);
  readonly problem: Signal<Problem | null> = signal(null);
  /** Dimensions that a filter is being made for, beside those that have values. */
  readonly filtering: Signal<readonly string[]> = signal([]);
  readonly known: ReadonlySignal<ReadonlyMap<string, Field>> = computed(() => new Map(this.fields.value.map((one) => [one.id, one])));
  private asked = 0;

  constructor(
    private readonly session: Session,
    readonly datasets: readonly Dataset[],
    readonly csrf: string,
  ) {
    this.wish = signal(this.completed(readWish(location.search)));
    addEventListener("popstate", () => void this.take(this.completed(readWish(location.search))));
  }

  /** Shows a wish, and writes it into the address. */
  async choose(change: Partial<Wish>): Promise<void> {
    const fresh = change.dataset !== undefined && change.dataset !== this.wish.value.dataset;
    const next = fresh ? this.completed({ dataset: change.dataset ?? "", metrics: [], dimensions: [], chart: null }) : { ...this.wish.value, ...change };
    const loading = this.take(next);
    const address = this.page.value?.addressOf(fresh ? { filters: {} } : {});
    if (address && address !== `${location.pathname}${location.search}`) history.pushState(null, "", address);
    if (fresh) this.filtering.value = [];
    await loading;
  }

  async take(wish: Wish): Promise<void> {
    this.wish.value = wish;
    const now = ++this.asked;
    try {
      const fields = await getFields(wish);
      if (now !== this.asked) return;
      const { page } = this;
      if (page.value?.dataset !== wish.dataset) {
        const made = new ExplorerPage(this.session, wish.dataset, fields, () => this.wish.value, () => location.reload());
        await made.start();
        if (now !== this.asked) return;
        page.value = made;
      }
      this.fields.value = fields;
      this.problem.value = null;
    } catch (error) {
      if (now === this.asked) this.problem.value = error instanceof Problem ? error : new Problem(String(error), 0, "unexpected", null);
    }
  }

  /** A wish without a dataset or fields begins with what the dataset is mostly asked for. */
  private completed(wish: Wish): Wish {
    const dataset = this.datasets.find((one) => one.id === wish.dataset) ?? this.datasets[0];
    const chosen = { ...wish, dataset: dataset?.id ?? "" };
    if (wish.metrics.length + wish.dimensions.length > 0 && dataset?.id === wish.dataset) return chosen;
    return { ...chosen, metrics: dataset?.default_metric ? [dataset.default_metric] : [], dimensions: dataset?.default_dimension ? [dataset.default_dimension] : [] };
  }
}

/** Reads who asks and what there is. A report's ended session in this browser is left behind: the console's own holds. */
export async function openExplorer(csrf: string): Promise<Explorer> {
  const session = await whoAmI().catch(async (problem: Problem) => {
    if (problem.status !== 401) throw problem;
    await signOut();
    return whoAmI();
  });
  const explorer = new Explorer(session, await getDatasets(), csrf);
  await explorer.take(explorer.wish.value);
  return explorer;
}
