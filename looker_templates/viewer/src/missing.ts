// Whether an item can be drawn for this client at all: its fields exist, have values, and go back far enough.

import { useEffect } from "preact/hooks";
import type { Shown } from "./answers";
import { useEver, useItem } from "./components/card";
import { isData } from "./choosing";
import { lengthOf } from "./dates";
import { extentOf, leading, useDaysOf } from "./extent";
import { itemFields, itemMetrics, type DataItem } from "./fields";
import type { Page } from "./page";
import type { Item } from "./report";
import { toText, type DataAnswer } from "./wire";

/** The fields that the item's dataset does not have here. */
export function lackingFields(page: Page, item: Item): string[] {
  if (!isData(item) || !item.source) return [];
  const dataset = page.loaded.report.sources[item.source]?.dataset ?? "";
  const known = page.catalogue.fields.value.of.get(dataset);
  return known ? itemFields(item).filter((name) => !known.has(name)) : [];
}

/** Whether the item's metrics are null in every period; asked only where such an item is to be left out. */
export function useNever(page: Page, item: DataItem, wanted: boolean): boolean {
  const shown: Shown = useItem(page, item);
  const nothing = wanted && shown.phase === "ready" && isVoid(shown.answers.main, item);
  const ever = useEver(page, item, nothing);
  return nothing && ever.phase === "ready" && isVoid(ever.answers.main, item);
}

function isVoid(answer: DataAnswer | undefined, item: DataItem): boolean {
  if (!answer) return false;
  const metrics = new Set<string>(itemMetrics(item).slice(0, item.metrics.length));
  const dimension = "dimensions" in item ? item.dimensions[0] : undefined;
  const columns = answer.schema.flatMap(({ name }, index) => (metrics.has(name) ? [index] : []));
  const first = answer.schema.findIndex(({ name }) => name === dimension);
  const filled = answer.rows.filter(({ values }) => columns.length === 0 || columns.some((index) => toText(values[index]) !== null));
  return filled.length === 0 || (first >= 0 && filled.every(({ values }) => toText(values[first]) === null));
}

const ALONG_TIME = new Set(["time_series", "combo"]);

/** How many days the source needs for this item, and has; null where that is enough, or not known yet. */
export function useHistory(page: Page, item: Item): { readonly need: number; readonly has: number } | null {
  const { report } = page.loaded;
  const alias = isData(item) && ALONG_TIME.has(item.type) ? (item.source ?? null) : null;
  const need = alias === null ? undefined : report.sources[alias]?.min_history_days;
  const lead = leading(page);
  const metric = lead?.source === alias ? lead?.metrics[0] : isData(item) ? item.metrics[0] : undefined;
  const state = { ...page.context.value.state, filters: {}, searches: {}, ranges: {} };
  const extent = extentOf(useDaysOf(page, need === undefined || metric === undefined ? null : alias, metric ?? "", state));
  const has = extent ? lengthOf(extent) : null;
  return need !== undefined && has !== null && has < need ? { need, has } : null;
}

/** Leaves the item out, or takes it in again. */
export function useHidden(page: Page, item: Item, hide: boolean): void {
  useEffect(() => {
    const old = page.hidden.peek();
    if (old.has(item.id) === hide) return;
    const next = new Set(old);
    if (hide) next.add(item.id);
    else next.delete(item.id);
    page.hidden.value = next;
  }, [hide]);
}
