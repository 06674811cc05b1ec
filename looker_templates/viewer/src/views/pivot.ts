// Two dimensions against each other as a table; its totals were asked for, not added up.

import { inUnits } from "../units";
import { labelOf, valueText, type Context } from "../context";
import { formatNumber, kindOfColumn, NO_VALUE, type Kind } from "../numbers";
import type { Pivot } from "../report";
import { heatOf, type TableCell } from "./cells";
import { dimensionsOf, frameOf, kindFor, rowsOf, sumOf, titleOf, type Answers, type Row } from "./frame";
import { naturally } from "./order";
import { grainOf, periodText } from "./periods";
import type { Twin } from "./twin";
import { say } from "./words";

export interface PivotRow {
  readonly heads: readonly string[];
  readonly keys: readonly (string | null)[];
  readonly cells: readonly TableCell[];
}

export interface PivotView {
  readonly title: string;
  /** The dimensions that go down. */
  readonly heads: readonly string[];
  readonly groups: readonly { readonly label: string; readonly key: string | null | undefined }[];
  readonly metrics: readonly string[];
  readonly rows: readonly PivotRow[];
  readonly total: readonly TableCell[] | null;
  readonly note: string | null;
  readonly empty: boolean;
}

export function pivotView(item: Pivot, answers: Answers, given: Context): PivotView {
  const context = inUnits(item, given);
  const down = dimensionsOf(item, context).slice(0, item.dimensions.length);
  const rows = frameOf(item, answers, context);
  const across = acrossOf(item, rows, context);
  const shown = across.slice(0, item.limit);
  const found = indexed(rows, [...down, item.breakdown]);
  const rowTotals = indexed(rowsOf(answers.rows), down);
  const columnTotals = indexed(rowsOf(answers.columns), [item.breakdown]);
  const whole = rowsOf(answers.total)[0];
  const kinds = item.metrics.map((metric) => kindOfColumn(kindFor(context, metric), rows.map((row) => row.number(metric))));
  const heats = item.metrics.map((metric) => (item.heat ? heatOf(rows.map((row) => row.number(metric)), "low") : () => null));
  const cells = (row: Row | undefined, heat: boolean): TableCell[] =>
    item.metrics.map((metric, at) => cellOf(row?.number(metric) ?? null, kinds[at] ?? "count", heat ? heats[at] : undefined, context.locale));
  const rowsWanted = item.totals.includes("row") && rowTotals.size > 0;
  const paths = pathsOf(item, down, rows, rowTotals);
  const lines = paths.map((keys): PivotRow => ({
    keys,
    heads: keys.map((key, at) => headText(down[at] ?? "", key, context)),
    cells: [...shown.flatMap((key) => cells(found.get(JSON.stringify([...keys, key])), true)), ...(rowsWanted ? cells(rowTotals.get(JSON.stringify(keys)), false) : [])],
  }));
  return {
    title: titleOf(item, context),
    heads: down.map((field) => labelOf(context, field)),
    groups: [...shown.map((key) => ({ label: headText(item.breakdown, key, context), key })), ...(rowsWanted ? [{ label: say(context.locale, "all"), key: undefined }] : [])],
    metrics: item.metrics.map((metric) => labelOf(context, metric)),
    rows: lines,
    total: item.totals.includes("column") && columnTotals.size > 0
      ? [...shown.flatMap((key) => cells(columnTotals.get(JSON.stringify([key])), false)), ...(rowsWanted ? cells(whole, false) : [])]
      : null,
    note: across.length > shown.length ? say(context.locale, "largestOf", shown.length, across.length) : null,
    empty: rows.length === 0,
  };
}

const headText = (field: string, key: string | null, context: Context): string =>
  key === null ? valueText(context, field, null) : (periodText(field, key, context.locale) ?? valueText(context, field, key));

const indexed = (rows: readonly Row[], fields: readonly string[]): Map<string, Row> => new Map(rows.map((row) => [JSON.stringify(fields.map(row.text)), row]));

function cellOf(value: number | null, kind: Kind, heat: ((value: number) => number | null) | undefined, locale: string): TableCell {
  return { text: value === null ? NO_VALUE : formatNumber(value, kind, "table", locale), value, heat: value === null ? null : (heat?.(value) ?? null), bar: null };
}

/** Calendar columns in their order, others with the largest first. */
function acrossOf(item: Pivot, rows: readonly Row[], context: Context): (string | null)[] {
  const sizes = sizesOf(rows, item.breakdown, item.metrics[0] ?? "");
  const keys = [...sizes.keys()];
  if (grainOf(item.breakdown)) return keys.sort(naturally).slice(-item.limit);
  if (context.fields.get(item.breakdown)?.semantics.semanticType === "DAY_OF_WEEK") return keys.sort(naturally);
  return keys.sort((left, right) => (sizes.get(right) ?? 0) - (sizes.get(left) ?? 0) || naturally(left, right));
}

function sizesOf(rows: readonly Row[], field: string, metric: string): Map<string | null, number> {
  const sizes = new Map<string | null, number>();
  for (const row of rows) sizes.set(row.text(field), (sizes.get(row.text(field)) ?? 0) + (row.number(metric) ?? 0));
  return sizes;
}

/** The rows in their order: as the item says, else calendar rows in theirs and others with the largest first. */
function pathsOf(item: Pivot, down: readonly string[], rows: readonly Row[], totals: ReadonlyMap<string, Row>): (string | null)[][] {
  const texts = new Map(rows.map((row) => [JSON.stringify(down.map(row.text)), down.map(row.text)]));
  const key = item.sort[0];
  const sign = key?.order === "asc" ? 1 : -1;
  const metric = key && item.metrics.includes(key.field) ? key.field : (item.metrics[0] ?? "");
  const sizes = new Map<string, number>();
  for (const path of texts.keys()) {
    const own = totals.get(path)?.number(metric);
    sizes.set(path, own ?? sumOf(rows.filter((row) => JSON.stringify(down.map(row.text)) === path).map((row) => row.number(metric))) ?? -Infinity);
  }
  const byName = key ? down.indexOf(key.field) : grainOf(down[0] ?? "") ? 0 : -1;
  const paths = [...texts.values()];
  const named = (left: readonly (string | null)[], right: readonly (string | null)[], at: number): number => naturally(left[at] ?? null, right[at] ?? null);
  if (byName >= 0) return paths.sort((left, right) => (key ? sign : 1) * named(left, right, byName) || named(left, right, 1 - byName));
  return paths.sort((left, right) => sign * ((sizes.get(JSON.stringify(left)) ?? 0) - (sizes.get(JSON.stringify(right)) ?? 0)) || named(left, right, 0));
}

export function pivotTwin(view: PivotView): Twin {
  const columns = view.groups.flatMap((group) => view.metrics.map((metric) => (view.metrics.length > 1 ? `${group.label}, ${metric}` : group.label)));
  return {
    columns: [...view.heads, ...columns],
    rows: view.rows.map((row) => [...row.heads, ...row.cells.map((cell) => cell.text)]),
    raw: view.rows.map((row) => [...row.keys, ...row.cells.map((cell) => cell.value)]),
  };
}
