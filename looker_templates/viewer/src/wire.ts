// The messages of the Looker endpoints, as far as the viewer reads them.

import type { Kind } from "./numbers";
import type { Text } from "./report";

export type Value = string | number | boolean | null;

export interface Clause {
  readonly fieldName: string;
  readonly type: "INCLUDE" | "EXCLUDE";
  readonly operator: "IN_LIST" | "IS_NULL" | "CONTAINS" | "BETWEEN";
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
  /** How this report writes the field, where it says so. */
  readonly kind?: Kind;
  /** How Looker Studio makes the metric from others: `SUM($a) / SUM($b)`. */
  readonly formula?: string;
  readonly semantics: { readonly conceptType?: string; readonly semanticType?: string; readonly isReaggregatable?: boolean };
}

export interface ConfigOption {
  readonly label: string;
  readonly value: string;
}

/** The look of a client: GET /v1/session. */
export interface Brand {
  readonly name: string;
  readonly footer: string;
  readonly style: string;
  readonly logo: string | null;
  readonly logo_dark: string | null;
}

/** The limits of a share link. */
export interface Held {
  readonly report: string;
  readonly filters: { readonly [dimension: string]: readonly (string | null)[] };
  readonly days: { readonly start: string; readonly end: string } | null;
}

/** A closed month of this report, of one client or (null) of all together: GET /v1/session?report=. */
export interface FrozenPeriod {
  readonly id: string;
  readonly client: string | null;
  readonly start: string;
  readonly end: string;
  /** The day of the closing. */
  readonly as_of: string;
}

/** Who the reader is: GET /v1/session. */
export interface Session {
  readonly workspace: { readonly slug: string; readonly name: string };
  readonly clients: readonly { readonly slug: string; readonly name: string; readonly timezone?: string; readonly currency?: string }[];
  readonly demo?: boolean;
  readonly product?: string;
  /** What Looker Studio is called at present. */
  readonly looker?: string;
  /** What the reader may do beside reading: share, pdf, copy, edit. */
  readonly can?: readonly string[];
  /** The look of the whole workspace, or of the only client. */
  readonly brand?: Brand | null;
  /** The looks of clients, by slug. */
  readonly brands?: { readonly [client: string]: Brand };
  /** What a share link fixes; the server holds its reader to it. */
  readonly share?: Held | null;
  readonly frozen?: readonly FrozenPeriod[];
}

/** One ready report of GET /v1/templates. */
export interface TemplateEntry {
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  readonly tier: string;
}

/** GET /v1/catalog/metrics/{id}, as far as the reader is told. */
export interface MetricAnswer {
  readonly label: string;
  readonly description: string;
  readonly formula: string;
  readonly direction: "up" | "down" | "neutral";
}

/** One metric of GET /v1/catalog/units. */
export interface MetricUnit {
  /** In English, as rows of data name it. */
  readonly label: string;
  /** In the reader's language. */
  readonly name?: string;
  readonly type: string;
  readonly additive: boolean;
  readonly direction: "up" | "down" | "neutral";
}

/** POST /v1/looker/explain, as far as the reader is told. */
export interface Explanation {
  readonly metrics: readonly {
    readonly id: string;
    readonly parts: readonly { readonly id: string; readonly label: string; readonly total: Value }[];
  }[];
  readonly entities: readonly { readonly id: string; readonly rows: number }[];
  readonly origins: readonly {
    readonly source_system: string;
    readonly connection?: string | null;
    readonly last_sync?: { readonly finished_at: string | null } | null;
    readonly imports?: readonly { readonly file: string; readonly loaded_at: string }[];
  }[];
}

/** GET /v1/commentary: what people wrote for a client and a period, by item. */
export interface Commentary {
  readonly entries: readonly CommentaryEntry[];
}

export interface CommentaryEntry {
  readonly item: string;
  /** Markdown. */
  readonly text: string;
  readonly author: string;
  readonly written_at: string;
  /** The numbers that the text names, as they were when it was written. */
  readonly facts?: readonly { readonly metric: string; readonly show: "value" | "change" | "goal"; readonly value: number | null }[];
}

/** What a reader said of a report or an item: GET /v1/notes. */
export interface ReaderNote {
  readonly id: string;
  readonly item: string | null;
  readonly client: string | null;
  readonly author: string;
  readonly text: string;
  readonly rating: number | null;
  readonly written_at: string | null;
  readonly reply: string | null;
  readonly replied_at: string | null;
  readonly resolved: boolean;
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
