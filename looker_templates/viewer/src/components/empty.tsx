// One panel instead of the rows when nothing on the page has a value: why, and the nearest period that has some.

import type { JSX } from "preact";
import { labelOf, type Context } from "../context";
import { cardDay, lengthOf, nearestRange, rangeText, type Day } from "../dates";
import { extentOf, leading, useDays } from "../extent";
import { isAdditive } from "../numbers";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { chipsOf } from "./chips";

export function EmptyPanel({ page }: { readonly page: Page }): JSX.Element {
  const context = page.context.value;
  const { locale, range } = page;
  const days = useDays(page, true);
  const nearest = days ? nearestRange(days, range) : null;
  const all = extentOf(days);
  const noun = nounOf(page, context);
  const under = chipsOf(page).map((chip) => `${chip.name}: ${chip.value}`).join(", ");
  const nothing = days !== null && days.length === 0;
  const title = phrase(locale, !nothing ? "emptyTitle" : under ? "emptyFiltered" : "emptyYet", { noun });
  const what = [rangeText(range, locale), under].filter(Boolean).join(", ");
  return (
    <section class="card empty" aria-labelledby="empty-title">
      <h2 class="empty-title" id="empty-title">{title}</h2>
      <p class="empty-text">
        {nothing
          ? under ? phrase(locale, "emptyNever", { what: under }) : phrase(locale, "emptyImport")
          : [phrase(locale, "emptyFor", { what }), nearest ? phrase(locale, "emptyNearest", { day: nearestDay(nearest, range, locale) }) : ""].join(" ")}
      </p>
      {nothing && !under && <pre class="empty-code"><code>belvedere import FILE --as tickets --client "NAME"</code></pre>}
      <div class="state-actions">
        {nearest && (
          <button type="button" class="button button-primary" onClick={() => page.choose({ range: nearest })}>
            {phrase(locale, "show", { period: rangeText(nearest, locale) })}
          </button>
        )}
        {nearest && all && lengthOf(all) > lengthOf(nearest) && (
          <button type="button" class="button" onClick={() => page.choose({ range: all })}>{phrase(locale, "showAllData")}</button>
        )}
        {under && <button type="button" class="button" onClick={() => page.clearFilters()}>{phrase(locale, "clearFilters")}</button>}
      </div>
    </section>
  );
}

/** What is counted, where the page begins with a count; else plainly data. */
function nounOf(page: Page, context: Context): string {
  const metric = leading(page)?.metrics[0] ?? "";
  if (!isAdditive(context.fields.get(metric))) return phrase(page.locale, "emptyNoun");
  return labelOf(context, metric).toLocaleLowerCase(page.locale);
}

const nearestDay = (nearest: { start: Day; end: Day }, range: { start: Day }, locale: string): string =>
  cardDay(nearest.end < range.start ? nearest.end : nearest.start, locale);
