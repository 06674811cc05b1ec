// From what the reader chose, and what the template says, to the state that requests are made from; pure.

import type { Choices, Compare } from "./address";
import type { DateRange, Day } from "./dates";
import type { DataItem } from "./fields";
import { presetRange, within } from "./presets";
import type { Control, DateRangeControl, DropdownControl, Item, Page, Report, ToggleControl } from "./report";
import { request, type Ask, type Filters, type PageState } from "./requests";

export const isData = (item: Item): item is DataItem => item.type !== "commentary" && item.type !== "text";
export const itemsOf = (page: Page): Item[] => page.rows.flatMap((row) => row.items);
export const periodControl = (report: Report): DateRangeControl | undefined => report.controls.find((one) => one.type === "date_range");

/** The page named, else the first one. */
export const pageNamed = (report: Report, id: string | null): Page =>
  report.pages.find((one) => one.id === id) ?? (report.pages[0] as Page);

/** Whether a control stands on a page, and acts there. */
export const standsOn = (control: Control, page: Page): boolean => control.pages.length === 0 || control.pages.includes(page.id);

export function rangeOf(report: Report, choices: Choices, today: Day): DateRange {
  const control = periodControl(report);
  return within(choices.range ?? presetRange(control?.default ?? "last_28_days", today), control?.max_days);
}

export const compareOf = (report: Report, choices: Choices): Compare =>
  choices.compare ?? periodControl(report)?.compare ?? "previous_period";

export const isOn = (control: ToggleControl, choices: Choices): boolean => choices.toggles[control.id] ?? control.default;

/** Controls that always have one value chosen. */
export const requiredControls = (report: Report, page: Page): DropdownControl[] =>
  report.controls.filter((one): one is DropdownControl => (one.type === "dropdown" || one.type === "list") && one.required && standsOn(one, page));

/** The reader's filters, under them those of toggles that are on and the first values of required controls. */
export function filtersOf(report: Report, choices: Choices, first: { readonly [dimension: string]: string | null }): Filters {
  const toggled = report.controls.filter((one): one is ToggleControl => one.type === "toggle" && isOn(one, choices));
  const required = Object.entries(first).flatMap(([dimension, value]) => (value === null ? [] : [[dimension, [value]] as const]));
  return { ...Object.fromEntries(toggled.map((one) => [one.dimension, one.values])), ...Object.fromEntries(required), ...choices.filters };
}

const COMPARING = new Set(["compare", "fact_earlier"]);

/** The requests of an item under the reader's choices. */
export function asksOf(report: Report, item: Item, state: PageState, compare: Compare): Ask[] {
  const asks = request(report, item, state);
  return compare === "none" ? asks.filter((ask) => !COMPARING.has(ask.purpose)) : asks;
}
