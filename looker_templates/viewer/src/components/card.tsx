// The frame of a chart card: title, subtitle, menu, path, state, plot, note. Its height never depends on its state.

import { useRef, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import { useAnswers, type Phase, type Shown } from "../answers";
import { textOf } from "../context";
import { ALL_TIME } from "../dates";
import { isData } from "../choosing";
import type { Page } from "../page";
import { phrase } from "../phrases";
import type { Item } from "../report";
import type { Twin } from "../views/twin";
import { CardMenu } from "./card_menu";
import { NoteCount } from "./notes";
import { Path } from "./path";
import { Failed, Skeleton } from "./states";

/** The answers of an item, under the choices of the page. */
export function useItem(page: Page, item: Item): Shown {
  const context = page.context.value;
  return useAnswers(page.queries, page.asks(item, context.state), context);
}

/** The item's main answer over the whole history without filters: tells "not in this period" from "not in this data". */
export function useEver(page: Page, item: Item, wanted: boolean): Shown {
  const context = page.context.value;
  const state = { ...context.state, start: ALL_TIME.start, end: ALL_TIME.end, filters: {}, searches: {}, ranges: {} };
  const main = wanted ? page.asks(item, state).slice(0, 1) : [];
  return useAnswers(page.queries, main, context);
}

interface Props {
  readonly page: Page;
  readonly item: Item;
  readonly shown: Shown;
  readonly twin: Twin | null;
  readonly note: string | null;
  readonly legend?: ComponentChildren;
  readonly pick?: (row: number) => void;
  readonly children: ComponentChildren;
}

export function Card({ page, item, shown, twin, note, legend, pick, children }: Props): JSX.Element {
  const [asTable, setAsTable] = useState(false);
  const card = useRef<HTMLElement>(null);
  const { locale } = page;
  const title = textOf(item.title, locale);
  const subtitle = textOf(item.subtitle, locale);
  const own = textOf(item.note, locale);
  const open = asTable && twin !== null;
  return (
    <section ref={card} class={`card card-${item.type}`} id={item.id} aria-labelledby={`${item.id}-title`} aria-busy={isBusy(shown.phase)} data-phase={shown.phase}>
      <RefreshBar phase={shown.phase} />
      <header class="card-head">
        <div class="card-names">
          <h2 class="card-title" id={`${item.id}-title`}>{title}</h2>
          {subtitle && <p class="card-subtitle">{subtitle}</p>}
        </div>
        <NoteCount page={page} item={item} />
        {isData(item) && (
          <CardMenu page={page} item={item} title={title} shown={shown} twin={twin} card={card} open={open} {...(item.type === "table" || twin === null ? {} : { toggle: () => setAsTable(!asTable) })} />
        )}
      </header>
      <Path page={page} item={item} />
      {legend && !open && shown.context && shown.phase !== "failed" && legend}
      <div class={`card-body ${shown.phase === "refreshing" ? "refreshing" : ""}`}>
        {shown.phase === "failed" && shown.problem ? (
          <Failed problem={shown.problem} retry={shown.retry} locale={locale} what={phrase(locale, "chartNotLoaded")} />
        ) : shown.context === null ? (
          <Skeleton type={item.type} />
        ) : open && twin ? (
          <TwinTable twin={twin} title={phrase(locale, "asTable", { title })} pick={pick} />
        ) : (
          children
        )}
      </div>
      {shown.phase !== "failed" && [note, own].filter(Boolean).map((text) => <p key={text} class="card-note">{text}</p>)}
    </section>
  );
}

export const isBusy = (phase: Phase): boolean => phase === "loading" || phase === "refreshing";

export const RefreshBar = ({ phase }: { readonly phase: Phase }): JSX.Element | null =>
  phase === "refreshing" ? <div class="refresh-bar" aria-hidden="true" /> : null;

interface TwinProps {
  readonly twin: Twin;
  readonly title: string;
  readonly pick: ((row: number) => void) | undefined;
}

function TwinTable({ twin, title, pick }: TwinProps): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            {twin.columns.map((name, index) => <th key={index} scope="col" class={index === 0 ? "" : "number"}>{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map((row, at) => (
            <tr key={at}>
              {row.map((text, index) =>
                index === 0 ? (
                  <th key={index} scope="row">
                    {pick ? <button type="button" class="cell-button" onClick={() => pick(at)}>{text}</button> : text}
                  </th>
                ) : (
                  <td key={index} class="number">{text}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
