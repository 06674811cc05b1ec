// Part of a whole over many items, on one level or two.

import { isAdditiveField, labelOf, valueText, type Context } from "../context";
import { treemapOption } from "../options/treemap";
import type { Treemap } from "../report";
import { drawingOf, type Drawing } from "./drawing";
import { dimensionsOf, frameOf, rowsOf, sumOf, titleOf, write, type Answers } from "./frame";
import { shareText } from "./ranking";
import { say } from "./words";

export interface Tile {
  /** undefined for "Other". */
  readonly key: string | null | undefined;
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly share: string;
  readonly color: number;
  readonly dimmed: boolean;
  readonly tiles: readonly Tile[];
}

export interface TreemapView {
  readonly title: string;
  readonly dimensions: readonly string[];
  readonly metric: string;
  readonly tiles: readonly Tile[];
  readonly levels: 1 | 2;
  readonly most: number;
}

interface Found {
  readonly keys: readonly (string | null)[];
  readonly value: number;
}

export function treemapView(item: Treemap, answers: Answers, context: Context): TreemapView {
  const dimensions = dimensionsOf(item, context);
  const metric = item.metrics[0] ?? "";
  const found = frameOf(item, answers, context).flatMap((row): Found[] => {
    const value = row.number(metric);
    return value === null || value <= 0 ? [] : [{ keys: dimensions.map(row.text), value }];
  });
  found.sort((left, right) => right.value - left.value);
  const additive = isAdditiveField(context, metric);
  const shown = found.length > item.limit && additive ? found.slice(0, item.limit - 1) : found.slice(0, item.limit);
  const rest = additive ? (sumOf(found.slice(shown.length).map((one) => one.value)) ?? 0) : 0;
  const total = rowsOf(answers.total)[0]?.number(metric) ?? sumOf(found.map((one) => one.value)) ?? 0;
  const make = tileMaker(dimensions, metric, total, context);
  const levels = dimensions.length > 1 ? 2 : 1;
  const firsts = [...new Set(shown.map((one) => one.keys[0] ?? null))];
  const colors = context.colors.assign(dimensions[0] ?? "", firsts.flatMap((key) => key ?? []));
  const names = firsts.flatMap((key) => key ?? []);
  const colorOf = (key: string | null): number => (key === null ? -1 : (colors[names.indexOf(key)] ?? -1));
  const tiles = levels === 1
    ? shown.map((one) => make(0, one.keys[0] ?? null, one.value, colorOf(one.keys[0] ?? null), []))
    : firsts.map((key) => {
        const inside = shown.filter((one) => (one.keys[0] ?? null) === key);
        return make(0, key, sumOf(inside.map((one) => one.value)) ?? 0, colorOf(key), inside.map((one) => make(1, one.keys[1] ?? null, one.value, colorOf(key), [])));
      });
  const left = found.length - shown.length;
  if (rest > 0) tiles.push({ ...make(0, null, rest, -1, []), key: undefined, label: say(context.locale, "otherOf", left) });
  return { title: titleOf(item, context), dimensions, metric: labelOf(context, metric), tiles, levels, most: shown[0]?.value ?? 0 };
}

type TileMaker = (level: 0 | 1, key: string | null, value: number, color: number, tiles: readonly Tile[]) => Tile;

function tileMaker(dimensions: readonly string[], metric: string, total: number, context: Context): TileMaker {
  return (level, key, value, color, tiles) => {
    const dimension = dimensions[level] ?? "";
    const chosen = context.state.filters[dimension] ?? [];
    return {
      key, value, color, tiles, label: valueText(context, dimension, key), text: write(context, metric, value),
      share: total > 0 ? shareText(value / total, context) : "", dimmed: chosen.length > 0 && !chosen.includes(key),
    };
  };
}

export function treemapDrawing(item: Treemap, answers: Answers, context: Context): Drawing {
  const view = treemapView(item, answers, context);
  const { locale } = context;
  const labels = view.dimensions.map((dimension) => labelOf(context, dimension));
  const flat = view.tiles.flatMap((tile): (readonly [Tile, Tile | null])[] => (tile.tiles.length > 0 ? tile.tiles.map((inner) => [tile, inner]) : [[tile, null]]));
  const tell = view.tiles.slice(0, 3).map((tile) => `${tile.label} ${tile.text} (${tile.share})`);
  const last = view.dimensions.length - 1;
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${tell.join(", ") || say(locale, "none")}${view.tiles.length > 3 ? `, ${say(locale, "more", view.tiles.length - 3)}` : ""}.`,
    twin: () => ({
      columns: [...labels, view.metric, say(locale, "share")],
      rows: flat.map(([outer, inner]) => [outer.label, ...(last > 0 ? [inner?.label ?? ""] : []), (inner ?? outer).text, (inner ?? outer).share]),
      raw: flat.map(([outer, inner]) => [outer.key ?? null, ...(last > 0 ? [inner?.key ?? null] : []), (inner ?? outer).value, null]),
    }),
    empty: view.tiles.length === 0,
    make: (environment) => treemapOption(view, environment),
    pick: (hit) => {
      const data = hit.data as { readonly level?: number; readonly value_key?: string | null } | undefined;
      return data?.value_key === undefined ? null : { dimension: view.dimensions[data.level ?? 0] ?? "", value: data.value_key };
    },
    pickRow: (row) => {
      const [outer] = flat[row] ?? [];
      return outer?.key === undefined ? null : { dimension: view.dimensions[0] ?? "", value: outer.key };
    },
  });
}
