// The outlines of the countries: a file of its own, loaded when the first map is drawn.

import type { registerMap } from "echarts/core";
import { WORLD } from "./options/geo";

/** A collection of features, each with its code of two letters as `id` of its properties. */
export type Outlines = Parameters<typeof registerMap>[1];

export const takeOutlines = (register: typeof registerMap, outlines: Outlines): void => register(WORLD, outlines);
