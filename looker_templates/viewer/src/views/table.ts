// The answers of a table → columns, rows in order, and the total row that the server computed.

import { isAdditiveField, labelOf, type Context } from "../context";
import { kindOfColumn, type Kind } from "../numbers";
import type { SortKey, Table } from "../report";
import { inUnits } from "../units";
import { cellMaker, changeCell, type TableCell } from "./cells";
import { dimensionsOf, frameOf, kindFor, rowsOf, titleOf, type Answers, type Row } from "./frame";
import { directionOf } from "./goal";
import { naturally } from "./order";
import { grainOf } from "./periods";
import type { Twin } from "./twin";
import { say } from "./words";

export type { TableCell } from "./cells";

export interface TableColumn {
  /** The field, or the field and `~change`. */
  readonly id: string;
  readonly field: string;
  readonly label: string;
  readonly about: string;
  readonly kind: Kind | "text";
  readonly change: boolean;
}

export interface TableRow {
  readonly cells: readonly TableCell[];
  /** The value of the first dimension, to filter by or to go down through. */
  readonly key: string | null;
}

export interface TableView {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly total: readonly TableCell[] | null;
  /** What the data does not have, in words. */
  readonly note: string | null;
  readonly sort: SortKey | null;
  readonly empty: boolean;
  readonly missing: boolean;
  readonly dimension: string | null;
}

const CHANGE = "~change";

export function tableView(item: Table, answers: Answers, given: Context, wish: SortKey | null): TableView {
  const context = inUnits(item, given);
  const rows = frameOf(item, answers, context);
  const dimensions = dimensionsOf(item, context);
  const metrics = rows.length > 0 ? item.metrics.filter((metric) => rows.some((row) => row.text(metric) !== null)) : item.metrics;
  const columns = columnsOf(item, dimensions, metrics, rows, answers, context);
  const before = earlierRows(answers, dimensions);
  const key = (row: Row): string => JSON.stringify(dimensions.map(row.text));
  const valueAt = (row: Row, column: TableColumn): number | null => {
    if (!column.change) return row.number(column.field);
    const [now, then] = [row.number(column.field), before.get(key(row))?.number(column.field) ?? null];
    return now === null || then === null ? null : relative(now, then, column.kind);
  };
  const sort = wish ?? item.sort[0] ?? fallback(dimensions, metrics);
  const keys = wish ? [wish] : item.sort.length > 0 ? item.sort : sort ? [sort] : [];
  const ordered = [...rows].sort((left, right) => compareRows(left, right, keys, columns, valueAt, dimensions)).slice(0, item.limit);
  const makers = columns.map((column) =>
    column.change
      ? (row: Row): TableCell => changeCell(row.number(column.field), before.get(key(row))?.number(column.field) ?? null, kindFor(context, column.field), directionOf(context, column.field), context.locale)
      : cellMaker(column, item, rows, context, isRatio(context, column.field)),
  );
  const left = item.metrics.filter((metric) => !metrics.includes(metric)).map((metric) => labelOf(context, metric));
  const first = dimensions[0];
  return {
    title: titleOf(item, context),
    columns,
    rows: ordered.map((row) => ({ key: first === undefined ? null : row.text(first), cells: makers.map((make) => make(row)) })),
    total: totalOf(item, columns, dimensions, makers, answers, context),
    note: left.length > 0 ? say(context.locale, "lacks", left.join(", ")) : null,
    sort,
    empty: rows.length === 0,
    missing: rows.length > 0 && first !== undefined && rows.every((row) => row.text(first) === null) && !context.state.filters[first]?.includes(null),
    dimension: first ?? null,
  };
}

const isRatio = (context: Context, field: string): boolean => !isAdditiveField(context, field);

function columnsOf(item: Table, dimensions: readonly string[], metrics: readonly string[], rows: readonly Row[], answers: Answers, context: Context): TableColumn[] {
  const base = (field: string) => ({ id: field, field, label: labelOf(context, field), about: context.fields.get(field)?.description ?? "", change: false });
  const compared = item.compare && answers.compare !== undefined;
  return [
    ...dimensions.map((field): TableColumn => ({ ...base(field), kind: "text" })),
    ...metrics.flatMap((field): TableColumn[] => {
      const values = rows.map((row) => row.number(field));
      // A metric may be text: the day up to which there is data.
      const text = context.fields.get(field)?.dataType === "STRING" && values.every((value, at) => value === null || (rows[at]?.text(field)?.length ?? 0) >= 8) && kindFor(context, field) !== "duration";
      const column: TableColumn = { ...base(field), kind: text ? "text" : kindOfColumn(kindFor(context, field), values) };
      return compared && !text ? [column, { ...column, id: field + CHANGE, label: say(context.locale, "change"), change: true }] : [column];
    }),
  ];
}

function earlierRows(answers: Answers, dimensions: readonly string[]): ReadonlyMap<string, Row> {
  return new Map(rowsOf(answers.compare).map((row) => [JSON.stringify(dimensions.map(row.text)), row]));
}

/** What a change column is sorted by: points for percentages, shares for everything else. */
const relative = (now: number, then: number, kind: TableColumn["kind"]): number | null =>
  kind === "percent" || kind === "score" ? now - then : then === 0 ? null : (now - then) / Math.abs(then);

function fallback(dimensions: readonly string[], metrics: readonly string[]): SortKey | null {
  const [first = ""] = dimensions;
  if (metrics[0] === undefined || grainOf(first)) return first ? { field: first, order: "asc" } : null;
  return { field: metrics[0], order: "desc" };
}

/** Ratios of the total row are the server's own: it was asked again without the dimensions. */
function totalOf(
  item: Table, columns: readonly TableColumn[], dimensions: readonly string[], makers: readonly ((row: Row) => TableCell)[], answers: Answers, context: Context,
): TableCell[] | null {
  const row = item.totals ? rowsOf(answers.total)[0] : undefined;
  if (!row) return null;
  const blank: TableCell = { text: "", value: null, heat: null, bar: null };
  return columns.map((column, at) => {
    if (at === 0 && dimensions.length > 0) return { ...blank, text: say(context.locale, "all") };
    if (at < dimensions.length || column.change) return blank;
    return { ...(makers[at]?.(row) ?? blank), heat: null, bar: null };
  });
}

/** Rows without a value come last in either direction. */
function compareRows(
  left: Row, right: Row, keys: readonly SortKey[], columns: readonly TableColumn[], valueAt: (row: Row, column: TableColumn) => number | null, dimensions: readonly string[],
): number {
  for (const { field, order } of keys) {
    const column = columns.find((one) => one.id === field);
    const sign = order === "asc" ? 1 : -1;
    if (column && column.kind !== "text") {
      const [a, b] = [valueAt(left, column), valueAt(right, column)];
      if (a === b) continue;
      if (a === null || b === null) return a === null ? 1 : -1;
      return sign * (a - b);
    }
    const [a, b] = [left.text(field), right.text(field)];
    if (a === b) continue;
    if (a === null || b === null) return a === null ? 1 : -1;
    return sign * naturally(a, b);
  }
  return naturally(left.text(dimensions[0] ?? ""), right.text(dimensions[0] ?? ""));
}

export const tableTwin = (view: TableView): Twin => ({
  columns: view.columns.map((one) => one.label),
  rows: view.rows.map((row) => row.cells.map((cell) => cell.text)),
  raw: view.rows.map((row) => row.cells.map((cell) => cell.value)),
});

export function tableSummary(view: TableView, locale: string): string {
  if (view.rows.length === 0) return `${view.title}: ${say(locale, "none")}.`;
  const at = view.columns.findIndex((column) => column.kind !== "text");
  const tell = view.rows.slice(0, 3).map((row) => `${row.cells[0]?.text ?? ""}${at > 0 ? ` ${row.cells[at]?.text ?? ""}` : ""}`);
  return `${view.title}: ${tell.join(", ")}${view.rows.length > 3 ? `, ${say(locale, "more", view.rows.length - 3)}` : ""}.`;
}

