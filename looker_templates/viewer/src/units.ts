// The units of values that are those of another metric: rows of goals, insights, forecasts and comparisons name it.

import type { Context } from "./context";
import type { DataItem } from "./fields";
import { withFormat } from "./formats";
import { kindOf, kindOfColumn, type Kind } from "./numbers";
import type { Report } from "./report";
import type { Row } from "./views/frame";
import type { MetricUnit, Session } from "./wire";

type Clients = Session["clients"];

export class Units {
  private readonly byName: ReadonlyMap<string, string>;

  constructor(
    private readonly metrics: { readonly [id: string]: MetricUnit } = {},
    private readonly clients: readonly Pick<Clients[number], "slug" | "name" | "currency">[] = [],
  ) {
    this.byName = new Map(Object.entries(metrics).map(([id, one]) => [one.label, id]));
  }

  /** Whether more of a metric is better. */
  directionOf(metric: string): "up" | "down" | "neutral" {
    return this.metrics[metric]?.direction ?? "neutral";
  }

  /** A metric's name in the reader's language, from the English one; null if it is not known. */
  nameOf(label: string): string | null {
    return this.metrics[this.byName.get(label) ?? ""]?.name ?? null;
  }

  /** How a metric, by id or by its English name, is written for a client; null if it is not known. */
  kindOf(name: string, client: string | null, context: Context): Kind | null {
    const id = name in this.metrics ? name : (this.byName.get(name) ?? "");
    const metric = this.metrics[id];
    if (!metric) return null;
    const currency = metric.type === "CURRENCY" ? this.currencyOf(client) : null;
    const semanticType = metric.type !== "CURRENCY" ? metric.type : currency ? `CURRENCY_${currency}` : "NUMBER";
    const field = {
      name: id, label: metric.label, dataType: "NUMBER" as const, ...(metric.additive && currency === null ? { defaultAggregationType: "SUM" } : {}),
      semantics: { conceptType: "METRIC", semanticType, isReaggregatable: metric.additive },
    };
    return kindOf(withFormat(field, context.report.fields[id]));
  }

  /** The report currency of a client, or the one that all of them share. */
  private currencyOf(client: string | null): string | null {
    const these = client === null ? this.clients : this.clients.filter((one) => one.slug === client || one.name === client);
    const all = new Set(these.flatMap((one) => one.currency ?? []));
    return all.size === 1 ? ([...all][0] ?? null) : null;
  }
}

export const NO_UNITS = new Units();

/** Fields in the unit of the metric that their row speaks of. */
const OF_ANOTHER = new Set([
  "goal_actual", "goal_target", "goal_target_min", "goal_target_max", "insight_value", "insight_previous", "insight_change",
  "value_a", "value_b", "difference_abs", "actual_value", "forecast_value", "forecast_low", "forecast_high", "forecast_capacity",
  "forecast_error_abs", "forecast_error", "forecast_actual_abs", "forecast_actual", "benchmark_median", "benchmark_p25", "benchmark_p75", "metric_value",
]);
/** Those of them that are differences: of percentages in points. */
const DIFFERENCES = new Set(["insight_change", "difference_abs", "forecast_error"]);

/** Whether rows of a report name their metric: only then are the units of all metrics needed. */
export const speaksOfMetrics = (report: Report): boolean =>
  Object.values(report.sources).some(({ required, optional }) =>
    [...required, ...optional].some((field) => OF_ANOTHER.has(field) || field === "metric_id" || field === "metric_label"));

export const isDifference = (field: string): boolean => DIFFERENCES.has(field);

/** The kind of one row's value, where the row or the item says of which metric it is; null for all other fields. */
export function rowKind(item: DataItem, field: string, row: Row, context: Context): Kind | null {
  if (!OF_ANOTHER.has(field)) return null;
  const metric = row.text("metric_id") ?? row.text("metric_label") ?? onlyMetric(item, context);
  if (metric === null) return null;
  const kind = context.units.kindOf(metric, row.text("client_account") ?? onlyOne("client_account", item, context) ?? context.state.client, context);
  return kind === null ? null : kindOfColumn(kind, [row.number(field)]);
}

/** The context for an item whose rows all speak of one metric: their values are written as that metric's. */
export function inUnits(item: DataItem, context: Context): Context {
  const metric = onlyMetric(item, context);
  const kind = metric === null ? null : context.units.kindOf(metric, onlyOne("client_account", item, context) ?? context.state.client, context);
  if (kind === null) return context;
  const fields = new Map(context.fields);
  for (const name of OF_ANOTHER) {
    const field = fields.get(name);
    if (field) fields.set(name, { ...field, kind });
  }
  return { ...context, fields };
}

const onlyMetric = (item: DataItem, context: Context): string | null => onlyOne("metric_id", item, context) ?? onlyOne("metric_label", item, context);

/** The one value that a dimension is held to, by the item or by the reader. */
function onlyOne(dimension: string, item: DataItem, context: Context): string | null {
  const fixed = item.filters.find((one) => one.field === dimension && one.operator === "in" && !one.exclude)?.values ?? context.state.filters[dimension];
  const only = fixed?.length === 1 ? fixed[0] : null;
  return only == null ? null : String(only);
}
