// The answers of a table → columns, rows in order, and the total row that the server computed.

import { labelOf, textOf, valueText, type Context } from "../context";
import { formatNumber, kindOf, NO_VALUE, type Kind } from "../numbers";
import type { SortKey, Table } from "../report";
import { column, toNumber, toText } from "../wire";
import type { Answers } from "./series";
import type { Twin } from "./twin";

export interface TableColumn {
  readonly field: string;
  readonly label: string;
  readonly about: string;
  readonly kind: Kind | "text";
}

export interface TableCell {
  readonly text: string;
  readonly value: string | number | null;
  /** Heat step 0–6, or null. */
  readonly heat: number | null;
  /** Share of the column's maximum, 0–1, or null. */
  readonly bar: number | null;
}

export interface TableView {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly TableCell[])[];
  readonly total: readonly string[] | null;
  readonly left: readonly string[];
  readonly empty: boolean;
  readonly missing: boolean;
}

const FULL_SPREAD = 0.3;

type Raw = readonly (string | number | null)[];

export function tableView(item: Table, answers: Answers, context: Context, sort: SortKey | null): TableView {
  const main = answers.main ?? { schema: [], rows: [] };
  const known = (field: string): boolean => column(main, field).some((value) => toNumber(value) !== null);
  const metrics = main.rows.length > 0 ? item.metrics.filter(known) : item.metrics;
  const fields = [...item.dimensions, ...metrics];
  const values = fields.map((field, index) =>
    column(main, field).map((value) => (index < item.dimensions.length ? toText(value) : toNumber(value))),
  );
  const rows: Raw[] = main.rows.map((_, row) => values.map((one) => one[row] ?? null));
  const keys = sort ? [sort] : item.sort;
  rows.sort((left, right) => compareRows(left, right, keys, fields));
  const cells = fields.map((field, index) => cellMaker(field, index, item, context, values[index] ?? []));
  return {
    title: textOf(item.title, context.locale),
    columns: fields.map((field, index) => ({
      field,
      label: labelOf(context, field),
      about: context.fields.get(field)?.description ?? "",
      kind: index < item.dimensions.length ? "text" : kindOf(context.fields.get(field)),
    })),
    rows: rows.map((row) => row.map((value, index) => (cells[index] as CellMaker)(value))),
    total: totalRow(item, answers, context, metrics),
    left: item.metrics.filter((metric) => !metrics.includes(metric)).map((metric) => labelOf(context, metric)),
    empty: rows.length === 0,
    missing: rows.length > 0 && rows.every((row) => row[0] === null) && !context.state.filters[item.dimensions[0] ?? ""]?.includes(null),
  };
}

type CellMaker = (value: string | number | null) => TableCell;

function cellMaker(field: string, index: number, item: Table, context: Context, all: Raw): CellMaker {
  if (index < item.dimensions.length) {
    return (value) => ({ text: valueText(context, field, value), value, heat: null, bar: null });
  }
  const style = item.style.columns[field];
  const kind = kindOf(context.fields.get(field));
  const numbers = all.filter((value) => typeof value === "number");
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  // Values that hardly differ hardly differ in colour.
  const weight = Math.min(1, (high - low) / (FULL_SPREAD * Math.max(Math.abs(high), Math.abs(low))));
  return (value) => {
    const number = typeof value === "number" ? value : null;
    const spread = number === null || high === low ? null : (number - low) / (high - low);
    const attention = spread === null ? null : weight * (style?.better === "high" ? 1 - spread : spread);
    return {
      text: formatNumber(number, kind, "table", context.locale),
      value: number,
      heat: style?.cell === "heat" ? (attention === null ? null : Math.min(6, Math.floor(attention * 7))) : null,
      bar: style?.cell === "bar" && number !== null && high > 0 ? Math.max(0, number / high) : null,
    };
  };
}

/** Ratios of the total row are the server's own: it was asked again without the dimension. */
function totalRow(item: Table, answers: Answers, context: Context, metrics: readonly string[]): string[] | null {
  const answer = answers.total;
  if (!answer || answer.rows.length === 0) return null;
  const totals = metrics.map((metric) => {
    const value = toNumber(column(answer, metric)[0]);
    return value === null ? NO_VALUE : formatNumber(value, kindOf(context.fields.get(metric)), "table", context.locale);
  });
  return ["All", ...item.dimensions.slice(1).map(() => ""), ...totals];
}

/** Rows without a value come last in either direction. */
function compareRows(left: Raw, right: Raw, keys: readonly SortKey[], fields: readonly string[]): number {
  for (const key of keys) {
    const index = fields.indexOf(key.field);
    const [a, b] = [left[index] ?? null, right[index] ?? null];
    if (a === b) continue;
    if (a === null) return 1;
    if (b === null) return -1;
    const difference = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    if (difference !== 0) return key.order === "asc" ? difference : -difference;
  }
  return String(left[0] ?? "").localeCompare(String(right[0] ?? ""));
}

export const tableTwin = (view: TableView): Twin => ({
  columns: view.columns.map((one) => one.label),
  rows: view.rows.map((row) => row.map((cell) => cell.text)),
  raw: view.rows.map((row) => row.map((cell) => cell.value)),
});
