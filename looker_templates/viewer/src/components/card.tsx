// The frame of a chart card: title, subtitle, menu, state, plot, note. Its height never depends on its state.

import { useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import { useAnswers, type Phase, type Shown } from "../answers";
import { textOf, type Context } from "../context";
import { ALL_TIME } from "../dates";
import type { Page } from "../page";
import type { Item } from "../report";
import { request } from "../requests";
import { toCsv, type Twin } from "../views/twin";
import { Failed, Skeleton } from "./states";

/** The answers of an item, under the choices of the page. */
export function useItem(page: Page, item: Item): Shown {
  const context = page.context.value;
  return useAnswers(page.queries, request(page.loaded.report, item, context.state), context);
}

/** The item's main answer over the whole history without filters: tells "not in this period" from "not in this data". */
export function useEver(page: Page, item: Item, wanted: boolean): Shown {
  const context = page.context.value;
  const state = { ...context.state, start: ALL_TIME.start, end: ALL_TIME.end, filters: {} };
  const main = request(page.loaded.report, item, state).slice(0, 1);
  return useAnswers(page.queries, wanted ? main : [], context);
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
  const title = textOf(item.title, page.locale);
  const subtitle = textOf(item.subtitle, page.locale);
  const open = asTable && twin !== null;
  return (
    <section class={`card card-${item.type}`} id={item.id} aria-labelledby={`${item.id}-title`} aria-busy={isBusy(shown.phase)} data-phase={shown.phase}>
      <RefreshBar phase={shown.phase} />
      <header class="card-head">
        <div class="card-names">
          <h2 class="card-title" id={`${item.id}-title`}>{title}</h2>
          {subtitle && <p class="card-subtitle">{subtitle}</p>}
        </div>
        {twin && <CardMenu title={title} fileName={fileName(item, shown.context)} twin={twin} open={open} canOpen={item.type !== "table"} toggle={() => setAsTable(!asTable)} />}
      </header>
      {legend && !open && shown.context && shown.phase !== "failed" && legend}
      <div class={`card-body ${shown.phase === "refreshing" ? "refreshing" : ""}`}>
        {shown.phase === "failed" && shown.problem ? (
          <Failed problem={shown.problem} retry={shown.retry} what="This chart" />
        ) : shown.context === null ? (
          <Skeleton type={item.type} />
        ) : open && twin ? (
          <TwinTable twin={twin} title={title} pick={pick} />
        ) : (
          children
        )}
      </div>
      {note && shown.phase !== "failed" && <p class="card-note">{note}</p>}
    </section>
  );
}

export const isBusy = (phase: Phase): boolean => phase === "loading" || phase === "refreshing";

export const RefreshBar = ({ phase }: { readonly phase: Phase }): JSX.Element | null =>
  phase === "refreshing" ? <div class="refresh-bar" aria-hidden="true" /> : null;

const fileName = (item: Item, context: Context | null): string =>
  `${item.id}-${context?.state.start ?? ""}-${context?.state.end ?? ""}.csv`;

interface MenuProps {
  readonly title: string;
  readonly fileName: string;
  readonly twin: Twin;
  readonly open: boolean;
  readonly canOpen: boolean;
  readonly toggle: () => void;
}

function CardMenu({ title, fileName: name, twin, open, canOpen, toggle }: MenuProps): JSX.Element {
  const download = (): void => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([toCsv(twin)], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return (
    <div class="card-menu">
      {canOpen && (
        <button type="button" class="icon-button" aria-pressed={open} onClick={toggle} title={open ? "View as chart" : "View as table"} aria-label={`View as table: ${title}`}>
          <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4">
            <rect x="1.7" y="2.7" width="12.6" height="10.6" rx="2" />
            <path d="M1.7 6.3h12.6M6.2 6.3v7" />
          </svg>
        </button>
      )}
      <button type="button" class="icon-button" onClick={download} title="Download CSV" aria-label={`Download CSV: ${title}`}>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">
          <path d="M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.3h11" />
        </svg>
      </button>
    </div>
  );
}

interface TwinProps {
  readonly twin: Twin;
  readonly title: string;
  readonly pick: ((row: number) => void) | undefined;
}

function TwinTable({ twin, title, pick }: TwinProps): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={`${title} as a table`}>
      <table class="table">
        <thead>
          <tr>
            {twin.columns.map((name, index) => (
              <th key={name} scope="col" class={index === 0 ? "" : "number"}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map((row, at) => (
            <tr key={row[0]}>
              {row.map((text, index) =>
                index === 0 ? (
                  <th key={index} scope="row">
                    {pick ? (
                      <button type="button" class="cell-button" onClick={() => pick(at)}>
                        {text}
                      </button>
                    ) : (
                      text
                    )}
                  </th>
                ) : (
                  <td key={index} class="number">
                    {text}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
