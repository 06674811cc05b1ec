// What the explorer shows, kept in its address: dataset, metrics, dimensions and the kind of chart; pure.

import { writeAddress, type Choices } from "../address";

/** A field of the dataset; `refused` says why it cannot stand beside those that are chosen. */
export interface Field {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly group: string;
  readonly is_metric: boolean;
  readonly is_date: boolean;
  readonly type: string;
  readonly aggregation: string;
  readonly direction: "up" | "down" | "neutral" | "";
  readonly refused: string | null;
}

export interface Wish {
  readonly dataset: string;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  /** null: the kind that fits the shape. */
  readonly chart: string | null;
}

const names = (text: string | null): string[] => [...new Set((text ?? "").split(",").filter((one) => /^[a-z][a-z0-9_]*$/.test(one)))];

export function readWish(search: string): Wish {
  const params = new URLSearchParams(search);
  return {
    dataset: params.get("dataset") ?? "",
    metrics: names(params.get("metrics")),
    dimensions: names(params.get("dimensions")),
    chart: params.get("chart"),
  };
}

/** The address of a wish under the choices of the page: client, period and filters. */
export function exploring(wish: Wish, choices: Choices): string {
  const own = Object.entries({ dataset: wish.dataset, metrics: wish.metrics.join(","), dimensions: wish.dimensions.join(","), chart: wish.chart ?? "" });
  const kept = own.filter(([, value]) => value !== "").map(([name, value]) => `${name}=${value.split(",").map(encodeURIComponent).join(",")}`);
  const rest = writeAddress({ ...choices, page: null, drills: {} }).slice(1);
  return `?${[...kept, rest].filter(Boolean).join("&")}`;
}

/** The names with one put in at the end, or taken out if it was there. */
export const toggled = (list: readonly string[], name: string): string[] =>
  list.includes(name) ? list.filter((one) => one !== name) : [...list, name];
