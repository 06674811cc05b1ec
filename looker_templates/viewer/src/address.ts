// The page's state lives in its address, so that a link reproduces it: ?client=&from=&to=&f.category=A&f.category=B
// A filter with an empty value means "(not set)".

import { isDay, type DateRange } from "./dates";
import type { Filters } from "./requests";

export interface Choices {
  readonly client: string | null;
  /** null: the template's default period, which moves on every day. */
  readonly range: DateRange | null;
  readonly filters: Filters;
}

export function readAddress(search: string): Choices {
  const params = new URLSearchParams(search);
  const from = params.get("from");
  const to = params.get("to");
  const filters: Record<string, (string | null)[]> = {};
  for (const [key, value] of params) {
    if (!/^f\.[a-z][a-z0-9_]*$/.test(key)) continue;
    const values = (filters[key.slice(2)] ??= []);
    const given = value === "" ? null : value;
    if (!values.includes(given)) values.push(given);
  }
  const range = isDay(from) && isDay(to) && from <= to ? { start: from, end: to } : null;
  return { client: params.get("client") || null, range, filters };
}

export function writeAddress(choices: Choices): string {
  const params = new URLSearchParams();
  if (choices.client) params.set("client", choices.client);
  if (choices.range) {
    params.set("from", choices.range.start);
    params.set("to", choices.range.end);
  }
  for (const dimension of Object.keys(choices.filters).sort()) {
    for (const value of choices.filters[dimension] ?? []) params.append(`f.${dimension}`, value ?? "");
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** The filters with `value` of `dimension` put in, or taken out if it was there. */
export function toggleFilter(filters: Filters, dimension: string, value: string | null): Filters {
  const old = filters[dimension] ?? [];
  return withFilter(filters, dimension, old.includes(value) ? old.filter((one) => one !== value) : [...old, value]);
}

export function withFilter(filters: Filters, dimension: string, values: readonly (string | null)[]): Filters {
  const { [dimension]: _old, ...others } = filters;
  return values.length > 0 ? { ...others, [dimension]: values } : others;
}
