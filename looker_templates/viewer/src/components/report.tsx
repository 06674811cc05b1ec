// The page: header, control bar, rows of cards, footer; and one panel instead of the rows when the period is empty.

import { useEffect, useState } from "preact/hooks";
import type { JSX } from "preact";
import { signOut } from "../api";
import { extentOf, leading, useDays, useEmpty, useExtent } from "../extent";
import { labelOf, textOf, valueText } from "../context";
import { addDays, cardDay, lengthOf, nearestRange, rangeText, type Day } from "../dates";
import type { Page } from "../page";
import type { Item } from "../report";
import { RankingCard, TimeSeriesCard } from "./charts";
import { ControlBar } from "./controls";
import { KpiCard } from "./kpi";
import { TableCard } from "./table";

export function ReportPage({ page }: { readonly page: Page }): JSX.Element {
  const empty = useEmpty(page);
  return (
    <>
      <Header page={page} />
      <ControlBar page={page} />
      <main class="content" id="content">
        {!empty && <UnfinishedStrip page={page} />}
        {empty ? <EmptyPanel page={page} /> : <Rows page={page} />}
      </main>
      <Footer page={page} />
    </>
  );
}

function Header({ page }: { readonly page: Page }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const { report, clients, session } = page.loaded;
  const chosen = clients.find((one) => one.value === page.choices.value.client);
  const whose = chosen?.label ?? (clients.length === 1 ? clients[0]?.label : undefined) ?? session.workspace.name;
  const title = textOf(report.title, page.locale);
  useEffect(() => {
    document.title = [title, whose, session.product].filter(Boolean).join(" · ");
  }, [title, whose, session.product]);
  const copy = (): void => {
    void navigator.clipboard.writeText(location.href).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  return (
    <header class="head">
      <div class="head-inner">
        <svg class="logo" width="30" height="30" viewBox="0 0 30 30" aria-hidden="true">
          <rect width="30" height="30" rx="8" />
          <path d="M8 21v-7M13 21V9M18 21v-9M23 21v-5" />
        </svg>
        <div class="head-names">
          <h1 class="head-title">{title}</h1>
          <p class="head-client">
            {whose}
            {!chosen && clients.length > 1 && `, ${clients.length} clients`}
            {session.demo && <span class="tag">Demo workspace</span>}
          </p>
        </div>
        {/* Browsers lend the clipboard to secure pages only. */}
        {isSecureContext && (
          <button type="button" class="button" onClick={copy}>
            {copied ? "Link copied" : "Copy link"}
          </button>
        )}
      </div>
    </header>
  );
}

function Rows({ page }: { readonly page: Page }): JSX.Element {
  return (
    <>
      {page.loaded.report.pages.flatMap((one) =>
        one.rows.map((row, index) => (
          <div key={`${one.id} ${index}`} class={`row row-${row.height} row-of-${row.items.length}`}>
            {row.items.map((item) => (
              <div key={item.id} class={`slot ${typeof item.span === "number" ? `span-${item.span}` : ""}`}>
                <ItemCard page={page} item={item} />
              </div>
            ))}
          </div>
        )),
      )}
    </>
  );
}

function ItemCard({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element {
  switch (item.type) {
    case "kpi": return <KpiCard page={page} item={item} />;
    case "time_series": return <TimeSeriesCard page={page} item={item} />;
    case "bar":
    case "donut": return <RankingCard page={page} item={item} />;
    case "table": return <TableCard page={page} item={item} />;
  }
}

/** Says so when the data ends well before the period does: its totals are then those of a part. */
function UnfinishedStrip({ page }: { readonly page: Page }): JSX.Element | null {
  const last = useExtent(page)?.end ?? null;
  const { end } = page.range;
  const due = end < page.today ? end : addDays(page.today, -1);
  if (last === null || addDays(last, 1) >= due) return null;
  return (
    <p class="strip" role="note">
      The data ends on {cardDay(last, page.locale)}, before the period does: numbers and changes are those of a part of it.
    </p>
  );
}

function EmptyPanel({ page }: { readonly page: Page }): JSX.Element {
  const context = page.context.value;
  const filters = page.choices.value.filters;
  const days = useDays(page, filters);
  const range = page.range;
  const nearest = days ? nearestRange(days, range) : null;
  const all = extentOf(days);
  const noun = labelOf(context, leading(page.loaded.report)?.metrics[0] ?? "").toLocaleLowerCase();
  const chosen = Object.entries(filters).map(
    ([dimension, values]) => `${labelOf(context, dimension).toLocaleLowerCase()} ${values.map((value) => valueText(context, dimension, value)).join(" or ")}`,
  );
  const under = chosen.length > 0 ? ` with ${chosen.join(" and ")}` : "";
  const nothing = days !== null && days.length === 0;
  const title = nothing ? (under ? `No ${noun} match these filters` : `No ${noun} yet`) : `No ${noun} in this period`;
  return (
    <section class="card empty" aria-labelledby="empty-title">
      <h2 class="empty-title" id="empty-title">{title}</h2>
      <p class="empty-text">
        {nothing
          ? under ? `There are none${under} in any period.` : "Import a file or run a sync, then load this page again."
          : `Nothing was found for ${rangeText(range, page.locale)}${under}.${nearest ? ` The nearest data is from ${nearestDay(nearest, range, page.locale)}.` : ""}`}
      </p>
      {nothing && !under && <pre class="empty-code"><code>belvedere import FILE --as tickets --client "NAME"</code></pre>}
      <div class="state-actions">
        {nearest && (
          <button type="button" class="button button-primary" onClick={() => page.choose({ range: nearest })}>
            Show {rangeText(nearest, page.locale)}
          </button>
        )}
        {nearest && all && lengthOf(all) > lengthOf(nearest) && (
          <button type="button" class="button" onClick={() => page.choose({ range: all })}>
            Show all data
          </button>
        )}
        {under && (
          <button type="button" class="button" onClick={() => page.choose({ filters: {} })}>
            Clear filters
          </button>
        )}
      </div>
    </section>
  );
}

const nearestDay = (nearest: { start: Day; end: Day }, range: { start: Day }, locale: string): string =>
  cardDay(nearest.end < range.start ? nearest.end : nearest.start, locale);

function Footer({ page }: { readonly page: Page }): JSX.Element {
  const last = useExtent(page)?.end ?? null;
  const zone = page.zone;
  return (
    <footer class="foot">
      <div class="foot-inner">
        <p>
          {[
            last ? `Data until ${cardDay(last, page.locale)}` : "",
            zone ? `Days in ${zone.replaceAll("_", " ")}` : "Days in each client's own time zone",
            textOf(page.loaded.report.exclusions, page.locale),
          ]
            .filter(Boolean)
            .map((text) => (
              <span key={text} class="foot-part">{text}</span>
            ))}
        </p>
        <p>
          <span class="foot-part">Drawn from the connector's own getData calls</span>
          {!page.loaded.session.demo && (
            <button type="button" class="button-plain foot-button" onClick={() => void signOut().finally(() => location.reload())}>
              Sign out
            </button>
          )}
        </p>
      </div>
    </footer>
  );
}
