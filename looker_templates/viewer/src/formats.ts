// The fields of a report: of its datasets together, with the formats that the report gives to them. Pure, and without
// the server, so that paper and mail can use it.

import type { Kind } from "./numbers";
import type { FieldSpec, Report } from "./report";
import type { SchemaField } from "./wire";

export interface Fields {
  readonly all: ReadonlyMap<string, SchemaField>;
  /** Names of the fields of each dataset. */
  readonly of: ReadonlyMap<string, ReadonlySet<string>>;
}

export function fieldsOf(report: Report, schemas: readonly (readonly [string, readonly SchemaField[]])[]): Fields {
  const all = new Map<string, SchemaField>();
  for (const [, schema] of schemas) {
    for (const field of schema) if (!all.has(field.name)) all.set(field.name, withFormat(field, report.fields[field.name]));
  }
  return { all, of: new Map(schemas.map(([dataset, schema]) => [dataset, new Set(schema.map((field) => field.name))])) };
}

/** A field as the report writes it, where the report has a format of its own. */
export function withFormat(field: SchemaField, spec: FieldSpec | undefined): SchemaField {
  const kind = spec?.format && kindOfFormat(spec.format, field.semantics.semanticType ?? "");
  return kind ? { ...field, kind } : field;
}

function kindOfFormat(format: NonNullable<FieldSpec["format"]>, type: string): Kind {
  const digits = Number(/\d$/.exec(format)?.[0] ?? 0);
  if (format.startsWith("money") && type.startsWith("CURRENCY_")) return { currency: type.slice("CURRENCY_".length), digits };
  if (format === "percent0") return { percent: digits };
  if (format === "percent1") return "percent";
  if (format === "duration" || format === "compact") return format;
  return { digits };
}
