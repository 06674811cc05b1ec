// The annotations of a period → numbered markers; those of one slot share a marker.

import type { Day } from "../dates";
import { cardDay, fromWire } from "../dates";
import { rowsOf, type Answers } from "./frame";
import type { Slot } from "./periods";

export interface Event {
  /** Index of the slot that the marker stands at. */
  readonly at: number;
  /** From 1. */
  readonly number: number;
  readonly notes: readonly { readonly day: Day; readonly when: string; readonly kind: string; readonly text: string }[];
}

const MOST = 9;

/** The latest nine; a page has no room for more. */
export function eventsOf(answers: Answers, slots: readonly Slot[], locale: string): Event[] {
  const found = new Map<number, Event["notes"][number][]>();
  for (const row of rowsOf(answers.annotations)) {
    const day = fromWire(row.text("date_day"));
    const text = row.text("annotation_text");
    const at = day === null ? -1 : slots.findIndex((slot) => slot.start <= day && day <= slot.end);
    if (day === null || text === null || at < 0) continue;
    const notes = found.get(at) ?? [];
    notes.push({ day, when: cardDay(day, locale), kind: row.text("annotation_kind") ?? "", text });
    found.set(at, notes);
  }
  const sorted = [...found].sort(([left], [right]) => left - right).slice(-MOST);
  return sorted.map(([at, notes], index) => ({ at, number: index + 1, notes: notes.sort((one, other) => (one.day < other.day ? -1 : 1)) }));
}
