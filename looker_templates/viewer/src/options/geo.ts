// A map of the world in an equal-area projection; grey where there is no data.

import type { GeoView } from "../views/geo";

import { mix, motion, scale, stepOf, tooltip, type Environment, type Option } from "./theme";

export const WORLD = "world";

// Equal Earth: B. Šavrič, T. Patterson, B. Jenny (2018), the polynomial of its paper.
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796] as const;
const ROOT = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;

export function project([longitude = 0, latitude = 0]: readonly number[]): [number, number] {
  const angle = Math.asin(ROOT * Math.sin(latitude * RADIANS));
  const square = angle * angle;
  const sixth = square ** 3;
  const x = (longitude * RADIANS * Math.cos(angle)) / (ROOT * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)));
  return [x, -angle * (A1 + A2 * square + sixth * (A3 + A4 * square))];
}

/** Newton's method on the latitude; a few rounds reach the precision of a pointer. */
export function unproject([x = 0, y = 0]: readonly number[]): [number, number] {
  let angle = -y / A1;
  for (let round = 0; round < 8; round++) {
    const square = angle * angle;
    const sixth = square ** 3;
    const miss = angle * (A1 + A2 * square + sixth * (A3 + A4 * square)) + y;
    angle -= miss / (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square));
  }
  const square = angle * angle;
  const sixth = square ** 3;
  const latitude = Math.asin(Math.max(-1, Math.min(1, Math.sin(angle) / ROOT)));
  return [(x * ROOT * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square))) / Math.cos(angle) / RADIANS, latitude / RADIANS];
}

export function geoOption(view: GeoView, environment: Environment): Option {
  const { palette } = environment;
  const colors = scale(palette, true);
  const empty = mix(palette.ink3, palette.surface, 0.16);
  const places = new Map(view.places.map((place) => [place.code, place]));
  return {
    ...motion(environment),
    tooltip: {
      ...tooltip(environment),
      trigger: "item",
      formatter: (given: unknown) => {
        const place = places.get((given as { name: string }).name);
        return place ? environment.tip(place.name, [{ label: view.metric, value: place.text, color: "none", dashed: false }]) : "";
      },
    },
    series: [
      {
        id: "countries",
        type: "map",
        map: WORLD,
        nameProperty: "id",
        projection: { project: (point: number[]) => project(point), unproject: (point: number[]) => unproject(point) },
        top: 2, bottom: 2, left: 2, right: 2,
        roam: false,
        selectedMode: false,
        label: { show: false },
        itemStyle: { areaColor: empty, borderColor: palette.surface, borderWidth: 0.5 },
        emphasis: { label: { show: false }, itemStyle: { borderColor: palette.ink, borderWidth: 1 } },
        data: view.places.map((place) => {
          const color = colors[stepOf(place.value, view.low, view.high)] ?? empty;
          return { name: place.code, value: place.value, itemStyle: { areaColor: place.dimmed ? mix(color, palette.surface, 0.3) : color }, emphasis: { itemStyle: { areaColor: color } } };
        }),
      } as object,
    ],
  };
}
