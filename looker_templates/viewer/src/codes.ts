// Which countries are on the map: by their numbers in the atlas, with their codes of two letters (ISO 3166-1).

import atlas from "./codes.json";

const CODES: ReadonlySet<string> = new Set(Object.values(atlas));

/** Whether a country is large enough to be on the map. */
export const isOnMap = (code: string): boolean => CODES.has(code);
