// What there is at all: whether the period has anything, and which days of the whole history have.

import { useAnswers } from "./answers";
import { isData, itemsOf } from "./choosing";
import { fromWire, type DateRange, type Day } from "./dates";
import type { Context } from "./context";
import type { DataItem } from "./fields";
import type { Page } from "./page";
import { extentRequest, ownDimensions, type Ask, type PageState } from "./requests";
import { column, toNumber, type DataAnswer } from "./wire";

const DAY = "date_day";
const MAIN = new Set(["main", "left", "right"]);

/** The first item of the page whose source has days: it speaks for the page. */
export function leading(page: Page): DataItem | undefined {
  // A table of dimensions alone has no metric to ask days by.
  const items = itemsOf(page.current).filter(isData).filter((item) => item.metrics.length > 0);
  return items.find((item) => item.source && hasDays(page, item.source)) ?? items[0];
}

/** Whether the dataset behind a source has days; the report need not ask for them itself. */
const hasDays = (page: Page, alias: string): boolean =>
  page.catalogue.fields.value.of.get(page.loaded.report.sources[alias]?.dataset ?? "")?.has(DAY) ?? false;

/** Whether no item of the page has a value other than zero; one that leaves a filter out has no say in it. */
export function useEmpty(page: Page): boolean {
  const context = page.context.value;
  const { filters } = context.state;
  const votes = (item: DataItem): boolean => !ownDimensions(item, context.state).some((dimension) => dimension in filters);
  const items = page.isReady ? itemsOf(page.current).filter(isData).filter(votes) : [];
  const asks = items.flatMap((item) => page.asks(item, context.state).filter((ask) => MAIN.has(ask.purpose)));
  const { phase, list } = useAnswers(page.queries, asks, context);
  return phase === "ready" && asks.length > 0 && list.every((answer) => isNothing(answer, context));
}

export function isNothing(answer: DataAnswer, context: Context): boolean {
  const metrics = answer.schema.flatMap(({ name }, index) => (context.fields.get(name)?.semantics.conceptType === "METRIC" ? [index] : []));
  if (metrics.length === 0) return answer.rows.length === 0;
  return answer.rows.every(({ values }) => metrics.every((index) => isNone(values[index])));
}

const isNone = (value: Parameters<typeof toNumber>[0]): boolean => value === null || value === undefined || value === "" || toNumber(value) === 0;

/** The days that a source has data for, over the whole history; null while they are being asked for. */
export function useDaysOf(page: Page, alias: string | null, metric: string, state: PageState): Day[] | null {
  const context = page.context.value;
  const { report } = page.loaded;
  const asks: Ask[] = alias !== null && hasDays(page, alias) ? [{ purpose: "main", body: extentRequest(report, alias, DAY, metric, state) }] : [];
  const { answers } = useAnswers(page.queries, asks, context);
  return answers.main ? column(answers.main, DAY).flatMap((value) => fromWire(value) ?? []) : null;
}

/** The days that have data under the reader's filters, or under none. */
export function useDays(page: Page, filtered: boolean): Day[] | null {
  const { state } = page.context.value;
  const item = page.isReady ? leading(page) : undefined;
  const none = { ...state, filters: {}, searches: {}, ranges: {} };
  return useDaysOf(page, item?.source ?? null, item?.metrics[0] ?? "", filtered ? state : none);
}

/** From the first day with data to the last one, whatever the filters. */
export const useExtent = (page: Page): DateRange | null => extentOf(useDays(page, false));

export function extentOf(days: readonly Day[] | null): DateRange | null {
  const sorted = [...(days ?? [])].sort();
  const [start, end] = [sorted[0], sorted.at(-1)];
  return start !== undefined && end !== undefined ? { start, end } : null;
}
