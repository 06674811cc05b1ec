// What a card needs to know of any chart, whatever its type.

import type { OptionMaker } from "../options/theme";
import type { Key, Scale } from "../legend";
import type { Event } from "./events";
import type { Entry } from "./ranking";
import { lazily, type Twin } from "./twin";

/** What the engine says was clicked. */
export interface Hit {
  readonly dataIndex: number;
  readonly seriesIndex?: number;
  readonly seriesId?: string;
  readonly name?: string;
  readonly data?: unknown;
}

/** Values to filter by. */
export interface Picked {
  readonly dimension: string;
  readonly value: string | null;
}

/** A field without a value in any row, and what it is called. */
export interface Missing {
  readonly field: string;
  readonly label: string;
}

export interface Drawing {
  readonly title: string;
  /** One sentence for people who do not see the picture. */
  readonly summary: string;
  readonly twin: Twin;
  readonly note: string | null;
  readonly keys: readonly Key[];
  readonly scale: Scale | null;
  readonly events: readonly Event[];
  /** No row, or no row with a value. */
  readonly empty: boolean;
  readonly missing: Missing | null;
  /** Why there is too little to draw: how many points are needed, and how many there are. */
  readonly little: { readonly needs: number; readonly has: number } | null;
  readonly make: OptionMaker;
  readonly pick: (hit: Hit) => Picked | null;
  readonly pickRow: (row: number) => Picked | null;
  /** A plot that needs more than its row has, such as many bars; in pixels. */
  readonly height: number | null;
  /** The parts of a donut, for the list beside it. */
  readonly entries: readonly Entry[] | null;
  /** Whether the countries' outlines must be loaded first. */
  readonly world: boolean;
}

type Given = Pick<Drawing, "title" | "summary" | "make"> & Partial<Omit<Drawing, "twin">> & { readonly twin: () => Twin };

export const drawingOf = ({ twin, ...given }: Given): Drawing => ({
  note: null, keys: [], scale: null, events: [], empty: false, missing: null, little: null,
  pick: () => null, pickRow: () => null, height: null, entries: null, world: false, twin: lazily(twin), ...given,
});
