// What a reader must know before the numbers: that the data ends early, or that a source is behind.

import type { JSX } from "preact";
import { addDays, cardDay } from "../dates";
import { leading, useExtent } from "../extent";
import { useFreshness, type SourceState } from "../freshness";
import { formatDuration, NO_VALUE } from "../numbers";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { FrozenStrip } from "./frozen";

export function Strips({ page }: { readonly page: Page }): JSX.Element {
  return (
    <>
      <FrozenStrip page={page} />
      <UnfinishedStrip page={page} />
      <StaleStrip page={page} />
    </>
  );
}

// What happens now and then, or is known by month, ends early without anything being missing.
const OCCASIONAL = new Set(["annotations", "forecast", "goals", "insights"]);

/** Says so when the data ends well before the period does: its totals are then those of a part. */
function UnfinishedStrip({ page }: { readonly page: Page }): JSX.Element | null {
  const last = useExtent(page)?.end ?? null;
  const { end } = page.range;
  const source = leading(page)?.source;
  if (source && OCCASIONAL.has(page.loaded.report.sources[source]?.dataset ?? "")) return null;
  const due = end < page.today ? end : addDays(page.today, -1);
  if (last === null || addDays(last, 1) >= due) return null;
  return <p class="strip" role="note">{phrase(page.locale, "dataEnds", { day: cardDay(last, page.locale) })}</p>;
}

function StaleStrip({ page }: { readonly page: Page }): JSX.Element | null {
  const fresh = useFreshness(page);
  const { locale } = page;
  if (!fresh || fresh.behind.length === 0) return null;
  const tell = (one: SourceState): string =>
    one.failed
      ? phrase(locale, "syncFailed", { source: one.name })
      : phrase(locale, "syncedAgo", { source: one.name, ago: agoText(one.hoursAgo, locale) });
  const shown = phrase(locale, "sourcesShown", { fresh: fresh.count - fresh.behind.length, count: fresh.count });
  return <p class="strip" role="note">{[...fresh.behind.slice(0, 3).map(tell), shown].join(" · ")}</p>;
}

/** `26 h`, and from two days on `2 d 3 h`. */
function agoText(hours: number, locale: string): string {
  if (!Number.isFinite(hours)) return NO_VALUE;
  const unit = phrase(locale, "durationUnits").split("|")[2] ?? "h";
  return hours < 48 ? `${Math.round(hours)} ${unit}` : formatDuration(hours * 3600, "card", locale);
}
