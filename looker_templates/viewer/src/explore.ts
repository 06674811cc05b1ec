// Where the console's explorer goes on from an item.

import { itemDimensions, itemFields } from "./fields";
import type { DataItem } from "./fields";
import { ownRange } from "./ranges";
import type { Report } from "./report";
import type { PageState } from "./requests";

/** The explorer's address with the item's fields, period and client; a blend is explored by its left side. */
export function exploreAddress(report: Report, item: DataItem, state: PageState): string {
  const blend = report.blends.find((one) => one.id === item.blend);
  const dataset = report.sources[item.source ?? blend?.left.source ?? ""]?.dataset ?? "";
  const depth = state.drills?.[item.id]?.length ?? 0;
  const dimensions = blend ? blend.left.keys : itemDimensions(item, depth);
  const metrics = blend ? blend.left.metrics : itemFields(item, depth).filter((name) => !dimensions.includes(name));
  const range = item.period ? ownRange(item.period, state.end) : state;
  const query = new URLSearchParams({ dataset, metrics: metrics.join(","), dimensions: dimensions.join(","), from: range.start, to: range.end });
  if (state.client) query.set("client", state.client);
  for (const [dimension, values] of Object.entries(state.filters)) for (const value of values) query.append(`f.${dimension}`, value ?? "");
  return `/console/explore?${query.toString()}`;
}
