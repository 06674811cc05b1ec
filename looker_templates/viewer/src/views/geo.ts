// Countries by their codes of two letters.

import { countryName, labelOf, type Context } from "../context";
import { geoOption } from "../options/geo";
import type { Kind } from "../numbers";
import type { Geo } from "../report";
import { isOnMap } from "../codes";
import { drawingOf, type Drawing } from "./drawing";
import { dimensionsOf, frameOf, kindFor, titleOf, write, type Answers } from "./frame";
import { say } from "./words";

export interface Place {
  readonly code: string;
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly dimmed: boolean;
}

export interface GeoView {
  readonly title: string;
  readonly dimension: string;
  readonly dimensionLabel: string;
  readonly metric: string;
  readonly kind: Kind;
  /** Largest first. */
  readonly places: readonly Place[];
  readonly low: number;
  readonly high: number;
}

export function geoView(item: Geo, answers: Answers, context: Context): GeoView {
  const [dimension = ""] = dimensionsOf(item, context);
  const metric = item.metrics[0] ?? "";
  const chosen = context.state.filters[dimension] ?? [];
  const places = frameOf(item, answers, context).flatMap((row): Place[] => {
    const [code, value] = [row.text(dimension), row.number(metric)];
    if (value === null || code === null) return [];
    return [{ code: code.toUpperCase(), name: countryName(code.toUpperCase(), context.locale), value, text: write(context, metric, value), dimmed: chosen.length > 0 && !chosen.includes(code) }];
  });
  places.sort((left, right) => right.value - left.value || left.code.localeCompare(right.code));
  const values = places.map((place) => place.value);
  return {
    title: titleOf(item, context), dimension, dimensionLabel: labelOf(context, dimension), metric: labelOf(context, metric), kind: kindFor(context, metric), places,
    low: Math.min(...values), high: Math.max(...values),
  };
}

export function geoDrawing(item: Geo, answers: Answers, context: Context): Drawing {
  const view = geoView(item, answers, context);
  const { locale } = context;
  const off = view.places.filter((place) => !isOnMap(place.code)).map((place) => place.name);
  const tell = view.places.slice(0, 3).map((place) => `${place.name} ${place.text}`);
  const more = view.places.length - tell.length;
  return drawingOf({
    title: view.title,
    summary: `${view.title}: ${tell.join(", ") || say(locale, "none")}${more > 0 ? `, ${say(locale, "more", more)}` : ""}.`,
    twin: () => ({
      columns: [view.dimensionLabel, view.metric],
      rows: view.places.map((place) => [place.name, place.text]),
      raw: view.places.map((place) => [place.code, place.value]),
    }),
    note: off.length > 0 ? say(locale, "unknownPlaces", off.join(", ")) : null,
    scale: view.places.length > 0 ? { low: write(context, item.metrics[0] ?? "", view.low), high: write(context, item.metrics[0] ?? "", view.high), strong: true } : null,
    empty: view.places.length === 0,
    make: (environment) => geoOption(view, environment),
    pick: (hit) => (view.places.some((place) => place.code === hit.name) ? { dimension: view.dimension, value: hit.name ?? null } : null),
    pickRow: (row) => ({ dimension: view.dimension, value: view.places[row]?.code ?? null }),
    world: true,
  });
}
