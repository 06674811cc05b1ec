// Which fields an item asks for, in their order. The twin of looker_templates/fields.py.

import type { Commentary, Item, Words } from "./report";

export type DataItem = Exclude<Item, Commentary | Words>;

/** The dimensions of an item's rows; `depth` is how far a reader has gone down its drill. */
export function itemDimensions(item: DataItem, depth = 0): string[] {
  const dimensions: string[] = "dimensions" in item ? [...item.dimensions] : [];
  const drill = "drill" in item ? item.drill : [];
  const level = drill[Math.min(depth, drill.length - 1)];
  if (depth > 0 && level !== undefined) dimensions[0] = level;
  return "breakdown" in item && item.breakdown ? [...dimensions, item.breakdown] : dimensions;
}

/** The metrics that an item draws, with those that stand beside them: sizes, targets, parts of a score. */
export function itemMetrics(item: DataItem): string[] {
  const beside = [
    "size" in item ? item.size : undefined,
    "target" in item ? item.target : undefined,
    "pace" in item ? item.pace : undefined,
    "change" in item ? item.change : undefined,
  ];
  const parts = item.type === "health" ? item.parts.map((part) => part.metric) : [];
  return [...item.metrics, ...beside.filter((name) => name !== undefined), ...parts];
}

/** Every field of an item's main request, without repeats. */
export function itemFields(item: DataItem, depth = 0): string[] {
  const links = item.type === "table" ? Object.values(item.style.columns).flatMap((one) => one.href ?? []) : [];
  const counted = "min_n" in item && item.min_n ? [item.min_n.metric] : [];
  const kept = item.keep.map((one) => one.metric);
  const spikes = item.type === "time_series" && item.spikes ? [item.spikes.metric] : [];
  return [...new Set([...itemDimensions(item, depth), ...itemMetrics(item), ...links, ...counted, ...kept, ...spikes])];
}

/** The client's own goal of a metric. */
export const goalField = (metric: string): string => `${metric}__goal`;
