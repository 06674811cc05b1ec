// A closed month: since when its numbers stand, the switch to those of now, and what has changed since.

import type { JSX } from "preact";
import { labelOf, textOf, valueText, type Context } from "../context";
import { cardDay } from "../dates";
import type { Change } from "../frozen";
import { formatNumber, kindOf, NO_VALUE } from "../numbers";
import type { Page } from "../page";
import { phrase } from "../phrases";
import { toNumber, toText, type FrozenPeriod, type Value } from "../wire";

export function FrozenStrip({ page }: { readonly page: Page }): JSX.Element | null {
  const { locale } = page;
  const closed = page.frozen.closed.value;
  if (!closed) return null;
  const day = cardDay(closed.as_of, locale);
  if (!page.frozen.isWhole(page.choices.value)) return <p class="strip strip-calm" role="note">{phrase(locale, "frozenFiltered", { day })}</p>;
  const now = page.choices.value.asOfNow;
  const button = (asOfNow: boolean, text: string): JSX.Element => (
    <button type="button" class="list-value" aria-pressed={now === asOfNow} onClick={() => page.choose({ asOfNow })}>{text}</button>
  );
  return (
    <section class="strip strip-calm frozen" aria-label={phrase(locale, "asReported", { day })}>
      <div class="frozen-head">
        <p>{now ? phrase(locale, "frozenNow", { day }) : phrase(locale, "asReported", { day })}</p>
        <div class="control-list" role="group" aria-label={phrase(locale, "numbers")}>
          {button(false, phrase(locale, "reported"))}
          {button(true, phrase(locale, "asOfNow"))}
        </div>
      </div>
      <Changed page={page} closed={closed} />
    </section>
  );
}

function Changed({ page, closed }: { readonly page: Page; readonly closed: FrozenPeriod }): JSX.Element | null {
  const { locale } = page;
  const known = page.frozen.changesOf(closed).value;
  const context = page.context.value;
  if (known === null) return null;
  if (known.count === 0) return <p class="frozen-same">{phrase(locale, "nothingChanged")}</p>;
  return (
    <details class="frozen-changes">
      <summary>{phrase(locale, "numbersChanged", { count: known.count })}</summary>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={phrase(locale, "numbersChanged", { count: known.count })}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{phrase(locale, "numbers")}</th>
              <th scope="col" class="number">{phrase(locale, "then")}</th>
              <th scope="col" class="number">{phrase(locale, "now")}</th>
            </tr>
          </thead>
          <tbody>
            {known.changes.map((one, at) => (
              <tr key={at}>
                <th scope="row">{nameOf(one, page, context)}</th>
                <td class="number">{shown(one.then, one.metric, context)}</td>
                <td class="number">{shown(one.now, one.metric, context)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {known.count > known.changes.length && <p class="frozen-same">{phrase(locale, "andMore", { count: known.count - known.changes.length })}</p>}
    </details>
  );
}

/** The card, the metric where that says more, and the row. */
function nameOf(one: Change, page: Page, context: Context): string {
  const item = page.loaded.report.pages.flatMap((each) => each.rows.flatMap((row) => row.items)).find((each) => each.id === one.item);
  const title = item && "title" in item ? textOf(item.title, context.locale) : "";
  const row = one.row.map(({ field, value }) => valueText(context, field, value));
  return [...new Set([title, labelOf(context, one.metric), ...row])].filter(Boolean).join(" · ");
}

function shown(value: Value, metric: string, context: Context): string {
  const number = toNumber(value);
  return number === null ? (toText(value) ?? NO_VALUE) : formatNumber(number, kindOf(context.fields.get(metric)), "table", context.locale);
}
