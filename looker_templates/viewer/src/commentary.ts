// What people wrote about a client and a period; asked for once per report, client and period.

import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getCommentary } from "./api";
import type { Page } from "./page";
import type { CommentaryEntry } from "./wire";

const known = new Map<string, Signal<readonly CommentaryEntry[] | null>>();

/** The entries of one item; null while they are being asked for. */
export const useCommentary = (page: Page, item: string): readonly CommentaryEntry[] | null =>
  usePageCommentary(page)?.filter((one) => one.item === item) ?? null;

/** The entries of every item; null while they are being asked for. A server without commentary has none. */
export function usePageCommentary(page: Page): readonly CommentaryEntry[] | null {
  const { start, end, client } = page.context.value.state;
  const query = { report: page.loaded.report.id, from: start, to: end, ...(client ? { client } : {}) };
  const key = JSON.stringify(query);
  let entries = known.get(key);
  if (!entries) known.set(key, (entries = signal(null)));
  const found = entries;
  useEffect(() => {
    if (found.peek() !== null) return;
    getCommentary(query).then((answer) => (found.value = answer.entries), () => (found.value = []));
  }, [key]);
  return found.value;
}
