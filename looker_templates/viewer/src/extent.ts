// What there is at all: whether the period has anything, and which days of the whole history have.

import { useAnswers } from "./answers";
import { fromWire, type DateRange, type Day } from "./dates";
import type { Page } from "./page";
import type { Item, Report } from "./report";
import { extentRequest, request, type Filters } from "./requests";
import { column, toNumber } from "./wire";

const DAY = "date_day";

/** The first card speaks for the page: its metric tells whether there is anything. */
export const leading = (report: Report): Item | undefined => report.pages[0]?.rows[0]?.items[0];

export function useEmpty(page: Page): boolean {
  const context = page.context.value;
  const item = leading(page.loaded.report);
  const asks = item ? request(page.loaded.report, item, context.state).slice(0, 1) : [];
  const { answers } = useAnswers(page.queries, asks, context);
  const metric = item?.metrics[0] ?? "";
  return answers.main !== undefined && (toNumber(column(answers.main, metric)[0]) ?? 0) === 0;
}

/** The days that have data under the filters, over the whole history; null while they are being asked for. */
export function useDays(page: Page, filters: Filters): Day[] | null {
  const context = page.context.value;
  const item = leading(page.loaded.report);
  const metric = item?.metrics[0] ?? "";
  const body = extentRequest(page.loaded.report, item?.source ?? "", DAY, metric, { ...context.state, filters });
  const { answers } = useAnswers(page.queries, [{ purpose: "main", body }], context);
  return answers.main ? column(answers.main, DAY).flatMap((value) => fromWire(value) ?? []) : null;
}

/** From the first day with data to the last one, whatever the filters. */
export const useExtent = (page: Page): DateRange | null => extentOf(useDays(page, {}));

export function extentOf(days: readonly Day[] | null): DateRange | null {
  const sorted = [...(days ?? [])].sort();
  const [start, end] = [sorted[0], sorted.at(-1)];
  return start !== undefined && end !== undefined ? { start, end } : null;
}
