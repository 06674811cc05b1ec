// What the explorer asks of the console: the fields of a dataset, and keeping a chart.

import { Problem, call } from "../api";
import type { DataRequest } from "../wire";
import type { Field, Wish } from "./wish";

export interface Dataset {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly default_dimension: string | null;
  readonly default_metric: string | null;
}

export interface Sql {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly rows: number;
  readonly cached: boolean;
}

const fields = new Map<string, Promise<readonly Field[]>>();

export const getDatasets = async (): Promise<readonly Dataset[]> =>
  (await call<{ readonly datasets: readonly Dataset[] }>("GET", "/v1/catalog/datasets?language=en", undefined)).datasets;

/** The fields of a dataset beside the chosen ones; a failure is not remembered. */
export function getFields({ dataset, metrics, dimensions }: Wish): Promise<readonly Field[]> {
  const query = new URLSearchParams({ dataset, metrics: metrics.join(","), dimensions: dimensions.join(",") }).toString();
  let asked = fields.get(query);
  if (!asked) {
    asked = call<{ readonly fields: readonly Field[] }>("GET", `/console/explore/fields?${query}`, undefined).then((answer) => answer.fields);
    fields.set(query, asked);
    asked.catch(() => fields.delete(query));
  }
  return asked;
}

export const getSql = (body: DataRequest): Promise<Sql> => call("POST", "/v1/looker/explain", { ...body, languageCode: "en" });

/** Adds the items to the workspace's own report and gives its address. */
export async function keep(csrf: string, dataset: string, items: readonly object[]): Promise<string> {
  const body = new URLSearchParams({ csrf, dataset, items: JSON.stringify(items) });
  const response = await fetch("/console/explore/keep", { method: "POST", credentials: "same-origin", headers: { accept: "application/json" }, body });
  const answer = (await response.json()) as { readonly report?: string; readonly error?: { readonly message: string; readonly code: string } };
  if (!response.ok || answer.report === undefined) throw new Problem(answer.error?.message ?? "", response.status, answer.error?.code ?? "unknown", null);
  return answer.report;
}
