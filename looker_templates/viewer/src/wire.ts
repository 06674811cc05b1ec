// The messages of the Looker endpoints, as far as the viewer reads them.

export type Value = string | number | boolean | null;

export interface Clause {
  readonly fieldName: string;
  readonly type: "INCLUDE";
  readonly operator: "IN_LIST" | "IS_NULL";
  readonly values: readonly string[];
}

/** The body of POST /v1/looker/data, exactly as Looker Studio sends it. */
export interface DataRequest {
  readonly configParams: { readonly workspace: string; readonly dataset: string; readonly client?: string };
  readonly dateRange: { readonly startDate: string; readonly endDate: string };
  readonly fields: readonly { readonly name: string }[];
  readonly dimensionsFilters?: readonly (readonly Clause[])[];
}

export interface DataAnswer {
  readonly schema: readonly { readonly name: string; readonly dataType?: string }[];
  readonly rows: readonly { readonly values: readonly Value[] }[];
  readonly filtersApplied?: boolean;
}

/** One field of POST /v1/looker/schema. */
export interface SchemaField {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly dataType: "STRING" | "NUMBER" | "BOOLEAN";
  readonly defaultAggregationType?: string;
  readonly semantics: { readonly conceptType?: string; readonly semanticType?: string; readonly isReaggregatable?: boolean };
}

export interface ConfigOption {
  readonly label: string;
  readonly value: string;
}

export interface ConfigAnswer {
  readonly configParams?: readonly { readonly name: string; readonly type: string; readonly options?: readonly ConfigOption[] }[];
}

/** Who the reader is: GET /v1/session. */
export interface Session {
  readonly workspace: { readonly slug: string; readonly name: string };
  readonly clients: readonly { readonly slug: string; readonly name: string; readonly timezone?: string }[];
  readonly demo?: boolean;
  readonly product?: string;
}

/** The values of one column of an answer; a missing column is a broken answer. */
export function column(answer: DataAnswer, name: string): Value[] {
  const index = answer.schema.findIndex((field) => field.name === name);
  if (index < 0) throw new Error(`The answer has no column '${name}'.`);
  return answer.rows.map((row) => row.values[index] ?? null);
}

/** Durations and decimals come as plain text, so that Looker Studio shows them right. */
export function toNumber(value: Value | undefined): number | null {
  if (value === null || value === undefined || value === "" || typeof value === "boolean") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

export const toText = (value: Value | undefined): string | null =>
  value === null || value === undefined || value === "" ? null : String(value);
