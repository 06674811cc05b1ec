// The page's state lives in its address, so that a link reproduces it:
//   ?page=team&client=a&from=2026-10-01&to=2026-10-31&compare=none&lang=pt
//   &f.channel=voice&f.channel=   a filter; an empty value means "(not set)"
//   &s.subject=late               a text that values contain
//   &n.score=1..5                 a range of numbers
//   &t.open=1                     a toggle that is not as the template has it
//   &d.by_region=Attica           values that a card was gone down through, in order
//   &present=3                    the third slide of the presentation
//   &asof=now                     a closed month with its numbers of now

import { isDay, type DateRange } from "./dates";
import type { Comparison } from "./ranges";
import type { Filters } from "./requests";

export type Compare = Comparison | "none";
type Values = readonly (string | null)[];

export interface Choices {
  /** null: the first page. */
  readonly page: string | null;
  readonly client: string | null;
  /** null: the template's default period, which moves on every day. */
  readonly range: DateRange | null;
  /** null: as the template has it. */
  readonly compare: Compare | null;
  readonly filters: Filters;
  readonly searches: { readonly [dimension: string]: string };
  readonly ranges: { readonly [dimension: string]: readonly [number, number] };
  readonly toggles: { readonly [control: string]: boolean };
  readonly drills: { readonly [item: string]: Values };
  /** A closed month with its numbers of now, not as they were reported. */
  readonly asOfNow: boolean;
  readonly lang: string | null;
  /** The slide of the presentation, from 1; null: the report itself. */
  readonly present: number | null;
}

export const NOTHING_CHOSEN: Choices = {
  page: null, client: null, range: null, compare: null, filters: {}, searches: {}, ranges: {}, toggles: {}, drills: {}, asOfNow: false, lang: null, present: null,
};

const COMPARES: readonly string[] = ["previous_period", "previous_year", "none"];
const KEY = /^([fsntd])\.([a-z][a-z0-9_]*)$/;
const NUMBERS = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/;

export function readAddress(search: string): Choices {
  const params = new URLSearchParams(search);
  const from = params.get("from");
  const to = params.get("to");
  const compare = params.get("compare") ?? "";
  const filters: Record<string, (string | null)[]> = {};
  const drills: Record<string, (string | null)[]> = {};
  const searches: Record<string, string> = {};
  const ranges: Record<string, [number, number]> = {};
  const toggles: Record<string, boolean> = {};
  for (const [key, value] of params) {
    const [, kind, name] = KEY.exec(key) ?? [];
    if (!name) continue;
    const given = value === "" ? null : value;
    if (kind === "f" && !filters[name]?.includes(given)) (filters[name] ??= []).push(given);
    if (kind === "d") (drills[name] ??= []).push(given);
    if (kind === "s" && value.trim()) searches[name] = value;
    if (kind === "t" && /^[01]$/.test(value)) toggles[name] = value === "1";
    const [, low, high] = kind === "n" ? (NUMBERS.exec(value) ?? []) : [];
    if (low !== undefined && high !== undefined && Number(low) <= Number(high)) ranges[name] = [Number(low), Number(high)];
  }
  return {
    page: params.get("page") || null,
    client: params.get("client") || null,
    range: isDay(from) && isDay(to) && from <= to ? { start: from, end: to } : null,
    compare: COMPARES.includes(compare) ? (compare as Compare) : null,
    filters, searches, ranges, toggles, drills,
    asOfNow: params.get("asof") === "now",
    lang: params.get("lang") || null,
    present: /^[1-9]\d{0,2}$/.test(params.get("present") ?? "") ? Number(params.get("present")) : null,
  };
}

export function writeAddress(choices: Choices): string {
  const params = new URLSearchParams();
  const put = (name: string, value: string | null): void => {
    if (value) params.set(name, value);
  };
  const all = <T>(kind: string, map: { readonly [name: string]: T }, write: (value: T) => readonly string[]): void => {
    for (const [name, value] of Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1))) {
      for (const text of write(value)) params.append(`${kind}.${name}`, text);
    }
  };
  put("page", choices.page);
  put("client", choices.client);
  put("from", choices.range?.start ?? null);
  put("to", choices.range?.end ?? null);
  put("compare", choices.compare);
  all("f", choices.filters, (values) => values.map((value) => value ?? ""));
  all("s", choices.searches, (text) => (text ? [text] : []));
  all("n", choices.ranges, ([low, high]) => [`${low}..${high}`]);
  all("t", choices.toggles, (on) => [on ? "1" : "0"]);
  all("d", choices.drills, (values) => values.map((value) => value ?? ""));
  put("asof", choices.asOfNow ? "now" : null);
  put("lang", choices.lang);
  put("present", choices.present === null ? null : String(choices.present));
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** The filters with `value` of `dimension` put in, or taken out if it was there. */
export function toggleFilter(filters: Filters, dimension: string, value: string | null): Filters {
  const old = filters[dimension] ?? [];
  return withFilter(filters, dimension, old.includes(value) ? old.filter((one) => one !== value) : [...old, value]);
}

export const withFilter = (filters: Filters, dimension: string, values: Values): Filters =>
  values.length > 0 ? { ...filters, [dimension]: values } : without(filters, dimension);

export function without<T>(map: { readonly [name: string]: T }, name: string): { readonly [name: string]: T } {
  const { [name]: _old, ...others } = map;
  return others;
}
