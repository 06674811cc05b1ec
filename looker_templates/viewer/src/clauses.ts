// Conditions as Looker Studio sends them: a list of clauses is a choice between them.
// The twin of looker_templates/clauses.py.

import { addDays, type Day } from "./dates";
import type { FixedFilter } from "./report";
import type { Clause } from "./wire";

/** Any of the values; null is a missing one. */
export function oneOf(fieldName: string, values: readonly (string | null)[], type: Clause["type"] = "INCLUDE"): Clause[] {
  const listed = values.filter((value) => value !== null).sort();
  return [
    ...(listed.length > 0 ? [{ fieldName, type, operator: "IN_LIST" as const, values: listed }] : []),
    ...(values.includes(null) ? [{ fieldName, type, operator: "IS_NULL" as const, values: [] }] : []),
  ];
}

export const containing = (fieldName: string, text: string): Clause[] => [
  { fieldName, type: "INCLUDE", operator: "CONTAINS", values: [text] },
];

/** Numbers in a range, both ends included. */
export const between = (fieldName: string, low: number, high: number): Clause[] => [
  { fieldName, type: "INCLUDE", operator: "BETWEEN", values: [low, high].map((end) => String(Number(end.toPrecision(10)))) },
];

/** The clauses of a condition that an item always has. */
export function fixed(condition: FixedFilter, today: Day): Clause[] {
  const values = condition.values.map((value) => (value === null ? null : resolved(value, today)));
  const type = condition.exclude ? "EXCLUDE" : "INCLUDE";
  if (condition.operator === "in") return oneOf(condition.field, values, type);
  const operator = condition.operator === "between" ? "BETWEEN" : "CONTAINS";
  return [{ fieldName: condition.field, type, operator, values: values.filter((value) => value !== null) }];
}

/** Writes `today+90` as the day it means, the way dates travel: 20260228. */
function resolved(value: string, today: Day): string {
  const found = /^today([+-]\d{1,4})?$/.exec(value);
  return found ? addDays(today, Number(found[1] ?? 0)).replaceAll("-", "") : value;
}
