// The cells of a table: text with what helps to read it, a bar, a heat, a status, an arrow or a link.

import { valueText, type Context } from "../context";
import { changeOf, formatNumber, goalStatus, NO_VALUE, type Change, type Kind } from "../numbers";
import type { Table } from "../report";
import { phrase } from "../phrases";
import { isDifference, rowKind } from "../units";
import type { Row } from "./frame";
import { rowsGoal } from "./goal";
import { GOAL_STATUS, statusOf, type Status } from "./status";
import { say } from "./words";

export interface TableCell {
  readonly text: string;
  readonly value: string | number | null;
  /** Heat step 0–6, or null. */
  readonly heat: number | null;
  /** Share of the column's maximum, 0–1, or null. */
  readonly bar: number | null;
  readonly status?: Status | null;
  readonly change?: Pick<Change, "arrow" | "tone" | "words"> | null;
  readonly href?: string | null;
  /** Too few rows stand behind the value: `n = 12`. */
  readonly few?: string | null;
}

export interface CellColumn {
  readonly field: string;
  readonly kind: Kind | "text";
}

const PLAIN = { heat: null, bar: null } as const;
const FULL_SPREAD = 0.3;
const HEATS = 7;

export function cellMaker(column: CellColumn, item: Table, rows: readonly Row[], context: Context, ratio: boolean): (row: Row) => TableCell {
  const style = item.style.columns[column.field];
  if (column.kind === "text") return (row) => textCell(column.field, row, item, context);
  const { kind } = column;
  const values = rows.map((row) => row.number(column.field));
  const heat = style?.cell === "heat" ? heatOf(values, style.better ?? "low") : () => null;
  const most = Math.max(0, ...values.filter((value) => value !== null));
  return (row): TableCell => {
    const value = row.number(column.field);
    const own = rowKind(item, column.field, row, context) ?? kind;
    const text = isDifference(column.field) ? differenceText(value, own, context.locale) : formatNumber(value, own, "table", context.locale);
    const count = item.min_n && ratio ? row.number(item.min_n.metric) : null;
    const few = item.min_n && count !== null && count < item.min_n.n && value !== null ? `n = ${formatNumber(count, "count", "table", context.locale)}` : null;
    if (style?.cell === "change" && value !== null) return { ...PLAIN, value, few, text: signed(value, text), change: ownChange(value, style.better, context.locale) };
    if (style?.cell === "status") return { ...PLAIN, text, value, few, status: metricStatus(column.field, value, context) };
    return { text, value, few, heat: value === null || few ? null : heat(value), bar: style?.cell === "bar" && value !== null && most > 0 ? Math.max(0, value / most) : null };
  };
}

function textCell(field: string, row: Row, item: Table, context: Context): TableCell {
  const style = item.style.columns[field];
  const value = row.text(field);
  const text = valueText(context, field, value);
  if (style?.cell === "status" && value !== null) return { ...PLAIN, text, value, status: statusOf(value, field) };
  const address = style?.cell === "link" ? row.text(style.href ?? field) : null;
  return { ...PLAIN, text, value, ...(address !== null && /^https?:\/\//i.test(address) ? { href: address } : {}) };
}

/** Stronger where attention is needed; values that hardly differ hardly differ in colour. */
export function heatOf(values: readonly (number | null)[], better: "high" | "low"): (value: number) => number | null {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (known.length < 2 || high === low) return () => null;
  const weight = Math.min(1, (high - low) / (FULL_SPREAD * Math.max(Math.abs(high), Math.abs(low))));
  return (value) => {
    const place = (value - low) / (high - low);
    return Math.max(0, Math.min(HEATS - 1, Math.floor(weight * (better === "high" ? 1 - place : place) * HEATS)));
  };
}

/** A difference has its sign; that of percentages is in points. */
function differenceText(value: number | null, kind: Kind, locale: string): string {
  if (value === null || kind !== "percent") return signed(value ?? 0, formatNumber(value, kind, "table", locale));
  return signed(value, phrase(locale, "points", { number: formatNumber(value * 100, { digits: 1 }, "table", locale) }));
}

const signed = (value: number, text: string): string => (value > 0 && !text.startsWith("+") ? `+${text}` : text);

/** A metric that is a change itself: its sign tells the arrow. */
function ownChange(value: number, better: "high" | "low" | undefined, locale: string): Pick<Change, "arrow" | "tone" | "words"> {
  if (value === 0) return { arrow: "flat", tone: "neutral", words: "" };
  const tone = !better ? "neutral" : value > 0 === (better === "high") ? "good" : "bad";
  return { arrow: value > 0 ? "up" : "down", tone, words: tone === "neutral" ? "" : say(locale, tone) };
}

/** A change against the period before, as a cell of its own. */
export function changeCell(now: number | null, before: number | null, kind: Kind, direction: "up" | "down" | "neutral", locale: string): TableCell {
  const change = changeOf(now, before, kind, direction, locale);
  const value = now === null || before === null ? null : kind === "percent" || kind === "score" ? now - before : before === 0 ? null : (now - before) / Math.abs(before);
  return { ...PLAIN, text: change?.text ?? NO_VALUE, value, change };
}

function metricStatus(field: string, value: number | null, context: Context): Status | null {
  const goal = rowsGoal(field, context);
  if (value === null) return null;
  return goal ? GOAL_STATUS[goalStatus(value, goal)] : GOAL_STATUS.none;
}

