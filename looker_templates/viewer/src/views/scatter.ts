// The relation of two metrics over the values of a dimension.

import { labelOf, valueText, type Context } from "../context";
import { scatterOption } from "../options/scatter";
import type { Kind } from "../numbers";
import type { Scatter } from "../report";
import { drawingOf, type Drawing, type Picked } from "./drawing";
import { dimensionsOf, frameOf, kindFor, titleOf, write, type Answers } from "./frame";
import { say } from "./words";

export interface Point {
  readonly key: string | null;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly size: number | null;
  readonly named: boolean;
  readonly dimmed: boolean;
}

export interface Measured {
  readonly label: string;
  readonly kind: Kind;
  readonly mean: number;
}

export interface ScatterView {
  readonly title: string;
  readonly dimension: string;
  readonly dimensionLabel: string;
  readonly x: Measured;
  readonly y: Measured;
  readonly size: Omit<Measured, "mean"> | null;
  readonly points: readonly Point[];
  readonly left: number;
}

const MOST = 300;
const LEAST = 3;
const ALL_NAMED = 8;
const OUTLIERS = 6;

export function scatterView(item: Scatter, answers: Answers, context: Context): ScatterView {
  const [dimension = ""] = dimensionsOf(item, context);
  const [first = "", second = ""] = item.metrics;
  const chosen = context.state.filters[dimension] ?? [];
  const all = frameOf(item, answers, context).flatMap((row) => {
    const [x, y, key] = [row.number(first), row.number(second), row.text(dimension)];
    const size = item.size ? row.number(item.size) : null;
    return x === null || y === null ? [] : [{ key, label: valueText(context, dimension, key), x, y, size, dimmed: chosen.length > 0 && !chosen.includes(key) }];
  });
  all.sort((left, right) => (right.size ?? 0) - (left.size ?? 0) || left.label.localeCompare(right.label));
  const kept = all.slice(0, MOST);
  const measured = (field: string, values: readonly number[]): Measured => ({ label: labelOf(context, field), kind: kindFor(context, field), mean: mean(values) });
  const [x, y] = [measured(first, kept.map((point) => point.x)), measured(second, kept.map((point) => point.y))];
  const far = farthest(kept, x.mean, y.mean);
  return {
    title: titleOf(item, context), dimension, dimensionLabel: labelOf(context, dimension), x, y,
    size: item.size ? { label: labelOf(context, item.size), kind: kindFor(context, item.size) } : null,
    points: kept.map((point, at) => ({ ...point, named: kept.length <= ALL_NAMED || far.has(at) })),
    left: all.length - kept.length,
  };
}

const mean = (values: readonly number[]): number => (values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 0);

/** The points that lie farthest from the middle, measured in standard deviations. */
function farthest(points: readonly { readonly x: number; readonly y: number }[], x: number, y: number): ReadonlySet<number> {
  const spread = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => value * value))) || 1;
  const [wide, tall] = [spread(points.map((point) => point.x - x)), spread(points.map((point) => point.y - y))];
  const distances = points.map((point, at) => ({ at, distance: Math.hypot((point.x - x) / wide, (point.y - y) / tall) }));
  distances.sort((left, right) => right.distance - left.distance);
  return new Set(distances.slice(0, OUTLIERS).filter((one) => one.distance > 1.5).map((one) => one.at));
}

export function scatterDrawing(item: Scatter, answers: Answers, context: Context): Drawing {
  const view = scatterView(item, answers, context);
  const { locale } = context;
  const fields = [...item.metrics, ...(item.size ? [item.size] : [])];
  const values = (point: Point): (number | null)[] => [point.x, point.y, ...(item.size ? [point.size] : [])];
  const named = view.points.filter((point) => point.named).slice(0, 3);
  const tell = named.map((point) => `${point.label} (${write(context, fields[0] ?? "", point.x)}, ${write(context, fields[1] ?? "", point.y)})`);
  const pick = (at: number): Picked | null => {
    const point = view.points[at];
    return point ? { dimension: view.dimension, value: point.key } : null;
  };
  return drawingOf({
    title: view.title,
    summary: `${view.title}, ${view.x.label}, ${view.y.label}: ${tell.join(", ") || say(locale, "none")}${view.points.length > tell.length ? `, ${say(locale, "more", view.points.length - tell.length)}` : ""}.`,
    twin: () => ({
      columns: [view.dimensionLabel, ...fields.map((field) => labelOf(context, field))],
      rows: view.points.map((point) => [point.label, ...values(point).map((value, at) => write(context, fields[at] ?? "", value))]),
      raw: view.points.map((point) => [point.key, ...values(point)]),
    }),
    note: view.left > 0 ? say(locale, "largestOf", view.points.length, view.points.length + view.left) : null,
    empty: view.points.length === 0,
    little: view.points.length > 0 && view.points.length < LEAST ? { needs: LEAST, has: view.points.length } : null,
    make: (environment) => scatterOption(view, environment),
    pick: (hit) => pick(hit.dataIndex),
    pickRow: pick,
  });
}
