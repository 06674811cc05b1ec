// The rows of the current page. An item that this client's data cannot fill is explained or left out, as it asks.

import { useEffect, useErrorBoundary } from "preact/hooks";
import type { JSX } from "preact";
import { useAnswers } from "../answers";
import { Problem } from "../api";
import { isData } from "../choosing";
import { labelOf, textOf } from "../context";
import type { DataItem } from "../fields";
import { nearRows, spansOf } from "../layout";
import { lackingFields, useHidden, useHistory, useNever } from "../missing";
import { formatNumber, kindOf } from "../numbers";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Item, Kpi, Row } from "../report";
import { firstShown } from "../taking_turns";
import { toNumber } from "../wire";
import { ItemCard } from "./item";
import { Failed, Quiet, Skeleton } from "./states";

const LONGEST_WAIT_MS = 400;

/** Every row; those below the first chart are frames until it stands, or for a moment only. */
export function Rows({ page }: { readonly page: Page }): JSX.Element {
  const { current } = page;
  useEffect(() => {
    const waited = new Promise((done) => setTimeout(done, LONGEST_WAIT_MS));
    void Promise.race([firstShown, waited]).then(() => (page.isWhole.value = true));
  }, [page]);
  const near = page.isWhole.value ? current.rows.length : nearRows(current.rows);
  return <>{current.rows.map((row, index) => <OneRow key={`${current.id} ${index}`} page={page} row={row} isFrame={index >= near} />)}</>;
}

interface RowProps {
  readonly page: Page;
  readonly row: Row;
  readonly isFrame: boolean;
}

function OneRow({ page, row, isFrame }: RowProps): JSX.Element {
  const spans = spansOf(row, page.hidden.value);
  const title = textOf(row.title, page.locale);
  return (
    <>
      {title && spans.size > 0 && <h2 class="row-title">{title}</h2>}
      <div class={`row row-${row.height} row-of-${spans.size} ${spans.size === 0 ? "row-none" : ""}`}>
        {row.items.map((item) => {
          const span = spans.get(item.id);
          return (
            <div key={item.id} class={`slot ${span === undefined ? "slot-none" : typeof span === "number" ? `span-${span}` : ""}`}>
              {isFrame ? <section class={`card card-${item.type}`} aria-busy="true" /> : <Slot page={page} item={item} />}
            </div>
          );
        })}
      </div>
    </>
  );
}

/** What goes wrong in one card stays in its slot. */
export function Slot({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element | null {
  const [broken, mend] = useErrorBoundary();
  if (broken) {
    const problem = new Problem(String(broken), 500, "unexpected", null);
    return (
      <section class={`card card-${item.type}`} id={item.id} data-phase="failed">
        <Failed problem={problem} retry={mend} locale={page.locale} what={phrase(page.locale, "chartNotLoaded")} />
      </section>
    );
  }
  return <Filled page={page} item={item} />;
}

function Filled({ page, item }: { readonly page: Page; readonly item: Item }): JSX.Element | null {
  if (!isData(item)) return <ItemCard page={page} item={item} />;
  const lacking = lackingFields(page, item);
  return lacking.length > 0 ? <Lacking page={page} item={item} fields={lacking} /> : <Drawn page={page} item={item} />;
}

function Drawn({ page, item }: { readonly page: Page; readonly item: DataItem }): JSX.Element | null {
  const never = useNever(page, item, item.if_missing === "hide");
  const history = useHistory(page, item);
  useHidden(page, item, never);
  if (never) return null;
  return history ? <TooLittle page={page} item={item} need={history.need} has={history.has} /> : <ItemCard page={page} item={item} />;
}

function Lacking({ page, item, fields }: { readonly page: Page; readonly item: DataItem; readonly fields: readonly string[] }): JSX.Element | null {
  const { locale } = page;
  useHidden(page, item, item.if_missing === "hide");
  if (item.if_missing === "hide") return null;
  const names = fields.map((name) => labelOf(page.context.value, name)).join(", ");
  const text = phrase(locale, "fieldsMissing", { fields: names });
  return (
    <Frame page={page} item={item}>
      {item.if_missing === "fail" ? (
        <Failed problem={new Problem(text, 400, "unknown_field", null)} retry={() => location.reload()} locale={locale} what={phrase(locale, "chartNotLoaded")} />
      ) : (
        <Quiet title={phrase(locale, "notInData")}>{text}</Quiet>
      )}
    </Frame>
  );
}

/** The number alone, where there are too few days for its course. */
function TooLittle({ page, item, need, has }: { readonly page: Page; readonly item: DataItem; readonly need: number; readonly has: number }): JSX.Element {
  const { locale } = page;
  const context = page.context.value;
  const metric = item.metrics[0] ?? "";
  const alone: Kpi = { id: item.id, type: "kpi", span: "auto", ...(item.source ? { source: item.source } : {}), metrics: [metric], filters: item.filters, keep: [], compare: false, direction: "neutral", if_missing: "explain" };
  const { answers } = useAnswers(page.queries, page.asks(alone, context.state), context);
  return (
    <Frame page={page} item={item}>
      {answers.main ? (
        <div class="state">
          <p class="kpi-value">{formatNumber(toNumber(answers.main.rows[0]?.values[0]), kindOf(context.fields.get(metric)), "card", locale)}</p>
          <p class="state-title">{labelOf(context, metric)}</p>
          <p class="state-text">{phrase(locale, "needsDays", { need, count: has })}</p>
        </div>
      ) : (
        <Skeleton type="kpi" />
      )}
    </Frame>
  );
}

function Frame({ page, item, children }: { readonly page: Page; readonly item: DataItem; readonly children: JSX.Element }): JSX.Element {
  const title = textOf(item.title, page.locale) || labelOf(page.context.value, item.metrics[0] ?? "");
  return (
    <section class={`card card-${item.type}`} id={item.id} aria-labelledby={`${item.id}-title`} data-phase="ready">
      <header class="card-head"><h2 class="card-title" id={`${item.id}-title`}>{title}</h2></header>
      <div class="card-body">{children}</div>
    </section>
  );
}
