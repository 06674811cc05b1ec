// The countries of world-atlas (TopoJSON, 1:110 million) as GeoJSON: codes of two letters, cut at the antimeridian, without Antarctica.
import { readFileSync } from "node:fs";

const FULL = 360;
const EDGE = 180;

/** @returns {object} a FeatureCollection whose features have the property `id` */
export function outlines(here) {
  const topology = JSON.parse(readFileSync(`${here}/node_modules/world-atlas/countries-110m.json`, "utf8"));
  const codes = JSON.parse(readFileSync(`${here}/src/codes.json`, "utf8"));
  const arcs = decode(topology);
  const features = topology.objects.countries.geometries
    .filter((one) => one.id !== "010")
    .map((one) => ({
      type: "Feature",
      properties: { id: codes[one.id] ?? codes[one.properties.name] ?? one.properties.name },
      geometry: { type: "MultiPolygon", coordinates: polygons(one, arcs) },
    }));
  return { type: "FeatureCollection", features };
}

/** Arcs are steps on a grid. */
function decode({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
  });
}

function polygons(geometry, arcs) {
  const parts = geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs;
  return parts.flatMap((rings) => {
    const whole = rings.map((ring) => unrolled(stitched(ring, arcs)));
    return [-FULL, 0, FULL].flatMap((shift) => {
      const cut = whole.map((ring) => clip(clip(ring.map(([x, y]) => [x + shift, y]), (x) => x >= -EDGE, -EDGE), (x) => x <= EDGE, EDGE));
      return cut[0].length > 3 ? [cut.filter((ring) => ring.length > 3).map(rounded)] : [];
    });
  });
}

/** A negative number is an arc walked backwards. */
function stitched(ring, arcs) {
  return ring.flatMap((index, at) => {
    const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
    return at === 0 ? arc : arc.slice(1);
  });
}

/** A step over the antimeridian goes on beyond it, so that the ring stays in one piece until it is cut. */
function unrolled(ring) {
  let turn = 0;
  return ring.map(([x, y], at) => {
    const before = ring[at - 1]?.[0] ?? x;
    if (x - before > EDGE) turn -= FULL;
    if (before - x > EDGE) turn += FULL;
    return [x + turn, y];
  });
}

/** Keeps the side of a meridian that `inside` tells. */
function clip(ring, inside, meridian) {
  const kept = [];
  ring.forEach(([x, y], at) => {
    const [before, beforeY] = ring[(at || ring.length) - 1];
    if (inside(x) !== inside(before)) kept.push([meridian, beforeY + ((y - beforeY) * (meridian - before)) / (x - before)]);
    if (inside(x)) kept.push([x, y]);
  });
  return kept;
}

const rounded = (ring) => [...ring, ring[0]].map(([x, y]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]).filter(([x, y], at, all) => at === 0 || x !== all[at - 1][0] || y !== all[at - 1][1]);
